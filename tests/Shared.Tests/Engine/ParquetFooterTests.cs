using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.Engine;

public sealed class ParquetFooterTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Files_of_one_kind_differ_in_rows_only()
    {
        var (few, many) = (Footer(ParquetFiles.Ramp(folder.File("a.parquet"), 5, 3).Path), Footer(ParquetFiles.Ramp(folder.File("b.parquet"), 5000, 3).Path));

        (few.Rows, many.Rows).Should().Be((5, 5000));
        few.Kind.Should().Be(many.Kind);
    }

    [Theory]
    [InlineData("SELECT 1::BIGINT AS id, 2 AS x")]
    [InlineData("SELECT 1::INTEGER AS x, 2::BIGINT AS id")]
    [InlineData("SELECT 1::INTEGER AS id")]
    [InlineData("SELECT '1' AS id, 2 AS x")]
    public void Other_columns_are_another_kind(string sql)
    {
        var like = Footer(ParquetFiles.FromSql(folder.File("a.parquet"), "SELECT 1::INTEGER AS id, 2 AS x").Path);
        var same = Footer(ParquetFiles.FromSql(folder.File("b.parquet"), "SELECT i::INTEGER AS id, 3 AS x FROM range(300000) t(i)").Path);

        (same.Rows, same.Kind).Should().Be((300_000, like.Kind));
        Footer(ParquetFiles.FromSql(folder.File("c.parquet"), sql).Path).Kind.Should().NotBe(like.Kind);
    }

    [Fact]
    public void A_footer_that_is_damaged_is_left_to_the_engine_and_one_that_contradicts_itself_is_refused()
    {
        var path = ParquetFiles.Ramp(folder.File("a.parquet"), 20, 3).Path;
        var (whole, refused) = (File.ReadAllBytes(path), 0);
        for (var place = whole.Length / 2; place < whole.Length; place++)
        {
            byte[] damaged = [.. whole];
            damaged[place] ^= 0x5A;
            File.WriteAllBytes(path, damaged);
            try
            {
                (ParquetFooter.Read(path)?.Rows ?? 20).Should().Be(20);
            }
            catch (DataException e)
            {
                e.Message.Should().Match($"{path}: its footer says * rows, its row groups hold *");
                refused++;
            }
        }
        refused.Should().BePositive();
        File.WriteAllBytes(path, whole[..^1]);
        ParquetFooter.Read(path).Should().BeNull();
        File.WriteAllBytes(path, []);
        ParquetFooter.Read(path).Should().BeNull();
    }

    [Fact]
    public void A_footer_that_claims_other_rows_than_its_groups_hold_is_refused()
    {
        var path = ParquetFiles.Ramp(folder.File("a.parquet"), 5, 3).Path;
        var bytes = File.ReadAllBytes(path);
        var footer = bytes.Length - 8 - BitConverter.ToInt32(bytes, bytes.Length - 8);
        var rows = footer + bytes.AsSpan(footer).IndexOf([(byte)0x16, (byte)(5 << 1)]); // The file's own number stands before those of its groups.
        bytes[rows + 1] = 6 << 1;
        File.WriteAllBytes(path, bytes);

        FluentActions.Invoking(() => ParquetFooter.Read(path)).Should().Throw<DataException>().WithMessage("*a.parquet: its footer says 6 rows, its row groups hold 5: *");
    }

    [Fact]
    public void A_footer_of_a_giant_file_of_holes_is_not_read_into_memory()
    {
        var path = folder.File("a.parquet");
        using (var file = File.Create(path))
        {
            file.Write("PAR1"u8);
            file.SetLength(1L << 31);
            file.Seek(-8, SeekOrigin.End);
            file.Write([0, 0, 0, 0x7F, .. "PAR1"u8]);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();

        ParquetFooter.Read(path).Should().BeNull();
        FileSeal.Verify(path, stopping: TestContext.Current.CancellationToken).Should().BeFalse();

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(1 << 20);
    }

    [Fact]
    public void Shards_of_two_kinds_at_one_path_one_after_the_other_have_each_its_own_columns()
    {
        var path = folder.File("a.parquet");
        using var duckDb = new DuckDb();
        foreach (var (sql, type) in new[] { ("1::BIGINT", "BIGINT"), ("'x'", "VARCHAR"), ("2::BIGINT", "BIGINT") })
        {
            ParquetFiles.FromSql(path, $"SELECT {sql} AS id");
            ShardSchema.Read(duckDb, path).Columns.Should().ContainSingle().Which.Type.Should().Be(type);
        }
    }

    private static ParquetFooter Footer(string path) => ParquetFooter.Read(path) ?? throw new InvalidOperationException(path);
}
