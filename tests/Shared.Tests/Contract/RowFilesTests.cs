using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Texts;

namespace ParquetPool.Shared.Tests.Contract;

public sealed class RowFilesTests : IDisposable
{
    private static readonly ShardColumn[] Columns =
        [new("id", ShardType.Text), new("row", ShardType.Int64), new("score", ShardType.Double), new("exact", ShardType.Boolean)];

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Both_files_hold_the_same_rows()
    {
        string?[] ids = ["plain", "a,b", "say \"hi\"", "two\nlines", "", null, "#1"];

        RowFiles.Write(
            folder.File("rows.parquet"), Columns, ids.Index(),
            chunk =>
            [
                Array.ConvertAll(chunk, r => r.Item), Array.ConvertAll(chunk, r => (long)r.Index),
                Array.ConvertAll(chunk, r => r.Index == 1 ? double.NaN : r.Index / 10.0), Array.ConvertAll(chunk, r => r.Index % 2 == 0),
            ]);

        File.ReadAllText(folder.File("rows.csv")).Should().Be(
            "id,row,score,exact\nplain,0,0,true\n\"a,b\",1,,false\n\"say \"\"hi\"\"\",2,0.2,true\n\"two\nlines\",3,0.3,false\n,4,0.4,true\n,5,0.5,false\n#1,6,0.6,true\n");
        TextTable.ReadWithNumbers(folder.File("rows.parquet"), "id", "row", "score", "exact").Select(r => r[0]).Should().Equal(ids);
        TextTable.Read(folder.File("rows.csv"), "id").Select(r => r[0]).Should().Equal(ids.Select(id => id is "" ? null : id));
    }

    [Fact]
    public void A_failure_on_the_way_leaves_neither_file()
    {
        var write = () => RowFiles.Write(folder.File("rows.parquet"), Columns, Enumerable.Range(0, 9999), chunk => chunk[0] > 0 ? throw new InvalidOperationException() : Arrays(chunk));

        write.Should().Throw<InvalidOperationException>();
        folder.Files().Should().BeEmpty();
    }

    private static Array[] Arrays(int[] rows) =>
        [Array.ConvertAll(rows, r => $"{r}"), Array.ConvertAll(rows, r => (long)r), Array.ConvertAll(rows, r => (double)r), Array.ConvertAll(rows, r => true)];
}
