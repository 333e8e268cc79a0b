using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.Columns;

public sealed class FileSealTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_written_file_has_a_seal_that_fits()
    {
        FileSeal.Verify(ParquetFiles.Ramp(folder.File("a.parquet"), 5000, 3).Path, stopping: TestContext.Current.CancellationToken).Should().BeTrue();
    }

    [Fact]
    public void Every_bit_counts_the_footers_too()
    {
        var path = ParquetFiles.Ramp(folder.File("a.parquet"), 20, 3).Path;
        var whole = File.ReadAllBytes(path);
        var passed = new List<int>();
        for (var place = 0; place < whole.Length; place++)
        {
            var damaged = whole.ToArray();
            damaged[place] ^= 1;
            File.WriteAllBytes(path, damaged);
            if (Passes(path))
            {
                passed.Add(place);
            }
        }

        passed.Should().BeEmpty();
    }

    [Fact]
    public void A_damaged_file_is_named_with_what_to_do()
    {
        var path = ParquetFiles.Ramp(folder.File("a.parquet"), 20, 3).Path;
        using (var file = File.OpenWrite(path))
        {
            file.Position = 100;
            file.WriteByte(0xFF);
        }

        var verify = () => FileSeal.Verify(path, stopping: TestContext.Current.CancellationToken);

        verify.Should().Throw<DataException>().WithMessage("*a.parquet: the bytes are not those that were written*");
    }

    [Fact]
    public void Files_of_other_programs_have_none()
    {
        File.WriteAllText(folder.File("a.csv"), "id,label\n");
        FileSeal.Verify(ParquetFiles.FromSql(folder.File("b.parquet"), "SELECT 1 AS id").Path, stopping: TestContext.Current.CancellationToken).Should().BeFalse();
        FileSeal.Verify(folder.File("a.csv"), stopping: TestContext.Current.CancellationToken).Should().BeFalse();
    }

    private static bool Passes(string path)
    {
        try
        {
            return FileSeal.Verify(path, stopping: TestContext.Current.CancellationToken);
        }
        catch (DataException)
        {
            return false;
        }
    }
}
