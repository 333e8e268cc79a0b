using ParquetPool.Commands;
using ParquetPool.Engine;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Texts;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>Rows are found by the programs where and how other tools left them.</summary>
public sealed class PoolsPeopleKeepTests : IDisposable
{
    private const int Width = 4;
    private readonly TestFolder folder = new();
    private readonly string model;

    public PoolsPeopleKeepTests()
    {
        var g = new GraphBuilder("model");
        var x = g.Input("features", TensorProto.Types.DataType.Float, -1, Width);
        g.Output(g.Op("MatMul", [x, g.Constant("w", [.. Enumerable.Range(0, Width * 3).Select(i => MathF.Sin(i + 1))], Width, 3)]), "logits", TensorProto.Types.DataType.Float, -1, 3);
        File.WriteAllBytes(model = folder.File("model.onnx"), ModelFile.ToBytes(g.Model));
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("price", "0.75", "-1.5")]
    [InlineData("big", "99999999999999999999999999999999999", "99999999999999999999999999999999998")]
    [InlineData("name", "Zoë 0", "Zoë 1")]
    [InlineData("code", "0xff00", "0xff01")]
    [InlineData("key", "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b")]
    [InlineData("day", "2024-02-28", "2024-02-29")]
    [InlineData("meta.at", "2024-02-28 23:59:59.5", "2024-02-29 00:00:00.5")]
    public async Task RowsAreNamedByTheColumnThatIsSaid(string column, string first, string second)
    {
        Write("pool/a.parquet", """
            SELECT CASE i WHEN 0 THEN 0.75 ELSE -1.5 END::DECIMAL(29, 3) AS price, (99999999999999999999999999999999999 - i)::DECIMAL(38, 0) AS big, encode('Zoë ' || i) AS name, unhex('ff0' || i) AS code,
            ('00000000-0000-4000-8000-00000000000' || chr(97 + i))::UUID AS key, DATE '2024-02-28' + i AS day, {'at': TIMESTAMP '2024-02-28 23:59:59.5' + INTERVAL (i) SECOND} AS meta, [i, 1, 2, 3]::FLOAT[] AS features FROM (SELECT i::INT AS i FROM range(2) AS t(i))
            """);
        await File.WriteAllLinesAsync(folder.File("done.csv"), ["id", second], TestContext.Current.CancellationToken);

        (await Ranked("--id", column)).Should().BeEquivalentTo(first, second);
        (await Ranked("--id", column, "--exclude", folder.File("done.csv"))).Should().Equal(first);
    }

    [Theory]
    [InlineData("arrow-int96.parquet", "taken", "2022-01-08 00:00:00", "2022-01-27 00:00:00.000019")]
    [InlineData("parquet-rs-fixed.parquet", "code", "0xff000007", "0xff130007")]
    public async Task OldTimesAndBytesOfOneLengthNameRows(string file, string column, string first, string last)
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "TestData", file), folder.File("pool", file));

        var ids = await Ranked("--id", column);

        ids.Should().HaveCount(20).And.Contain(first).And.Contain(last);
    }

    [Fact]
    public async Task OfADeltaTableTheRowsThatItHasAreScored()
    {
        Write("pool/old.parquet", "SELECT 'old' AS id, [1, 1, 2, 3]::FLOAT[] AS features");
        Write("pool/new.parquet", "SELECT 'new' AS id, [1, 1, 2, 3]::FLOAT[] AS features");
        Commit(0, """{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}""", """{"add":{"path":"old.parquet","partitionValues":{}}}""");
        Commit(1, """{"remove":{"path":"old.parquet"}}""", """{"add":{"path":"new.parquet","partitionValues":{}}}""");

        (await Ranked()).Should().Equal("new");

        Commit(2, """{"add":{"path":"old.parquet","partitionValues":{},"deletionVector":{"storageType":"i","pathOrInlineDv":"x","cardinality":1}}}""");
        var refused = await Score();
        refused.ExitCode.Should().Be(ExitCode.Data);
        refused.Error.TrimEnd().Split('\n').Should().ContainSingle().Which.Should().Contain("deletion vectors").And.Contain("plain Parquet copy");
    }

    private void Commit(int version, params string[] lines) => File.WriteAllLines(folder.File("pool", "_delta_log", $"{version:D20}.json"), lines);

    private void Write(string path, string select)
    {
        using var duckDb = new DuckDb();
        duckDb.Execute($"COPY ({select}) TO {Sql.Text(folder.File(path))} (FORMAT parquet)");
    }

    private Task<Tool.Result> Score(params string[] more) => Tool.Scorer(["score", "-q", "--model", model, "--passes", "0", "--rank-by", "entropy", "--pool", folder.File("pool"), "--out", folder.File("out"), .. more]);

    /// <summary>The ids of the ranked rows.</summary>
    private async Task<IEnumerable<string>> Ranked(params string[] more)
    {
        await Score(more).Succeeds();
        return TextTable.Read(folder.File("out", "ranked.parquet"), "id").Select(row => row[0]!);
    }
}
