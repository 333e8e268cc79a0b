using ParquetPool.Storage;

namespace ParquetPool.Shared.Tests.Storage;

public sealed class ProgressFileTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_that_was_damaged_or_cut_is_not_gone_on_from()
    {
        var path = folder.File("pretrain.progress");
        var progress = new ProgressFile(path, "key");
        progress.Keep(writer => writer.Write(7));
        var whole = File.ReadAllBytes(path);
        bool Resumes(byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            return progress.Resume(reader => reader.ReadInt32().Should().Be(7));
        }

        Resumes(whole).Should().BeTrue();
        for (var place = 0; place < whole.Length; place++)
        {
            var damaged = whole.ToArray();
            damaged[place] ^= 4;
            Resumes(damaged).Should().BeFalse();
            Resumes(whole[..place]).Should().BeFalse();
        }
        File.WriteAllBytes(path, whole);
        new ProgressFile(path, "another").Resume(_ => throw new InvalidOperationException()).Should().BeFalse();
    }
}
