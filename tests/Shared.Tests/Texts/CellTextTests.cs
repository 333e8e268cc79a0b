using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.Shared.Tests.Texts;

public sealed class CellTextTests : IDisposable
{
    private static readonly string[] Texts =
    [
        "=1+1", "=HYPERLINK(\"http://x\",\"y\")", "+31 6", "-5 degrees", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1", "''=1", "'quoted'", "'", "-", "plain", "a=b",
    ];

    private static readonly string[] Numbers = ["-5", "+31", "-0.5e-3", "-.5", "5"];
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void No_cell_begins_as_a_formula_and_every_text_comes_back()
    {
        foreach (var text in Texts)
        {
            CellText.Protect(text).Should().NotMatchRegex("^[=+\\-@\\t\\r\\n＝＋－＠]");
            CellText.Restore(CellText.Protect(text)).Should().Be(text);
        }
        foreach (var number in Numbers)
        {
            CellText.Protect(number).Should().Be(number, "a number is no formula, and ids are often negative ones");
        }
    }

    [Fact]
    public void The_files_we_write_hold_safe_cells_and_our_readers_take_them_back()
    {
        string[] all = [.. Texts, .. Numbers];
        RowFiles.Write(folder.File("rows.parquet"), [new("id", ShardType.Text)], all, chunk => [chunk]);
        SortedRows.Write([folder.File("rows.parquet")], new SortSpec([new("id", false)]), folder.File("sorted.parquet"), folder.File("sorted.csv"));

        foreach (var (file, column) in new[] { ("rows.csv", 0), ("sorted.csv", 1) })
        {
            Cells(folder.File(file), column).Should().OnlyContain(cell => cell.Length == 0 || !"=+-@\t\r\n＝".Contains(cell[0]) || Numbers.Contains(cell));
            TextTable.Read(folder.File(file), "id").Select(row => row[0]).Should().BeEquivalentTo(all);
        }
        LabelFile.ReadIds([folder.File("sorted.csv")]).Should().Contain(all);
        TextTable.Read(folder.File("rows.parquet"), "id").Select(row => row[0]).Should().Equal(all, "Parquet holds the texts as they are");
    }

    /// <summary>The cells of a column as any other program reads them.</summary>
    private static List<string> Cells(string path, int column)
    {
        using var duckDb = new DuckDb();
        return [.. duckDb.Rows($"SELECT * FROM read_csv({Sql.Text(path)}, header = true, all_varchar = true, quote = '\"', escape = '\"', delim = ',')").Select(row => row[column] ?? "")];
    }
}
