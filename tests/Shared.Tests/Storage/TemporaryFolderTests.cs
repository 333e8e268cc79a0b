using ParquetPool.Storage;

namespace ParquetPool.Shared.Tests.Storage;

public sealed class TemporaryFolderTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_killed_runs_left_of_a_folder_goes_with_the_next_and_what_is_at_work_stays()
    {
        Directory.CreateDirectory(folder.File("out.00112233445566aa.tmp", "part"));
        File.WriteAllText(folder.File("out.00112233445566aa.tmp.hold"), "");
        File.WriteAllText(folder.File("out.00112233445566bb.tmp.hold"), ""); // Killed when its folder had its name already.
        File.WriteAllText(folder.File("notes.hold"), "");
        Directory.CreateDirectory(folder.File("out.00112233445566cc.tmp"));
        using var atWork = new FileStream(folder.File("out.00112233445566cc.tmp.hold"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        using var starting = new FileStream(folder.File("out.00112233445566dd.tmp.hold"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        using (TemporaryFolder.Create(folder.File("out")))
        {
        }

        Directory.EnumerateFileSystemEntries(folder.Root).Select(Path.GetFileName).Should().BeEquivalentTo("notes.hold", "out.00112233445566cc.tmp", "out.00112233445566cc.tmp.hold", "out.00112233445566dd.tmp.hold");
    }
}
