using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Audits;

/// <summary>Rows are exact copies only where what was given is equal, and always where it is.</summary>
public sealed class GivenValuesTests : IDisposable
{
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TextsWithTheSameVectorAreCopiesOnlyWhereTheyAreTheSame(bool allPairs)
    {
        Texts("train", ("t0", "C++ error"), ("t1", "C# error"), ("t2", "Polish"), ("t3", null));
        Texts("test", ("q0", "C# error"), ("q1", "polish"), ("q2", ""), ("q3", null));

        await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 4, AllPairs = allPairs, Threshold = allPairs ? 0.9 : null } }, Stopping);

        Exact().Should().Equal("q0 t1", "q3 t3");
    }

    [Fact]
    public async Task TheColumnOfTheTextsMayHaveAnotherName()
    {
        Texts("train", ("t0", "C++"), ("t1", "C#"));
        Texts("test", ("q0", "C#"), ("q1", "c#"));

        await AuditFolder.RunAsync(folder.Options with { TextColumns = ["id"], Pairs = new() { Neighbours = 2 } }, Stopping);

        Exact().Should().BeEmpty();
        await FluentActions.Awaiting(() => AuditFolder.RunAsync(folder.Options with { TextColumns = ["words"] }, Stopping)).Should().ThrowAsync<DataException>().WithMessage("*no column words*");
    }

    [Fact]
    public async Task NumbersThatAreReadWithFewerDigitsAreCopiesOnlyWhereAllDigitsAreTheSame()
    {
        Sql("train", "SELECT 't0' AS id, [1.0, 0.1]::DOUBLE[] AS features UNION ALL SELECT 't1', [1.0, 0.1 + 1e-12]::DOUBLE[]");
        Sql("test", "SELECT 'q0' AS id, [1.0, 0.1 + 1e-12]::DOUBLE[] AS features UNION ALL SELECT 'q1', [1.0, 0.1 + 2e-12]::DOUBLE[]");

        await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 2 } }, Stopping);

        Exact().Should().Equal("q0 t1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RowsOfZerosAreCopiesOfEachOther(bool allPairs)
    {
        folder.Write("train", "a", [("t0", [0, 0], "x"), ("t1", [1, 0], "x"), ("t2", [0, 0], "y")]);
        folder.Write("test", "a", [("q0", [0, 0], "x"), ("q1", [0, 1], "x"), ("q2", [0, 0], "z")]);

        var summary = await AuditFolder.RunAsync(folder.Options with { Pairs = new() { AllPairs = allPairs, Threshold = allPairs ? 0.9 : null } }, Stopping);

        Exact().Should().Equal(allPairs ? ["q0 q2", "q0 t0", "q0 t2", "q2 t0", "q2 t2"] : ["q0 q2", "q0 t0", "q2 t0"]);
        (summary.TestTrain.ExactPairs, summary.TestTest.ExactPairs, summary.Rejected).Should().Be((4, 1, 0));
        summary.TestTrain.RowsWithExactCopy.Should().Be(2);
    }

    [Fact]
    public async Task ARowOfZerosWithoutACopyIsLeftOut()
    {
        folder.Write("train", "a", [("t1", [1, 0], "x")]);
        folder.Write("test", "a", [("q0", [0, 0], "x"), ("q1", [0, 1], "x")]);

        (await AuditFolder.RunAsync(folder.Options, Stopping)).Rejected.Should().Be(1);

        folder.Rows("rejects.parquet", "id", "reason").Should().Equal(("q0", "zero vector"));
    }

    private IEnumerable<string> Exact() => folder.Pairs().Where(pair => pair["exact"] == "true").Select(pair => $"{pair["test_id"]} {pair["train_id"]}").Order(StringComparer.Ordinal);

    private void Texts(string split, params (string Id, string? Text)[] rows)
    {
        using var writer = new ShardWriter(Path.Combine(folder.PathOf(split), "a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, 2), new("text", ShardType.Text)]);
        writer.Write(rows.Length, rows.Select(row => row.Id).ToArray(), rows.SelectMany(_ => (float[])[0.6f, 0.8f]).ToArray(), rows.Select(row => row.Text).ToArray());
        writer.Complete();
    }

    private void Sql(string split, string select)
    {
        Directory.CreateDirectory(folder.PathOf(split));
        using var duckDb = new DuckDb();
        duckDb.Execute($"COPY ({select}) TO {Engine.Sql.Text(Path.Combine(folder.PathOf(split), "a.parquet"))} (FORMAT parquet)");
    }
}
