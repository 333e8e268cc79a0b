using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Scorer.Novelty;
using ParquetPool.Scorer.Selection;
using ParquetPool.Scorer.Tests.Selection;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Novelty;

/// <summary>Four heaps of rows, of which nobody labelled the last.</summary>
public sealed class NovelRunTests : IDisposable
{
    private const int Rows = 400;
    private readonly TestFolder folder = new();

    public NovelRunTests()
    {
        Write("pool/a", 0, 150);
        Write("pool/b", 150, Rows);
        File.WriteAllText(folder.File("labels.csv"), "id,label\n" + string.Join('\n', Labelled().Select(row => $"{SelectFolder.Id(row)},heap-{row % 4}")) + "\nstranger,heap-0\n");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TheHeapThatNobodyLabelledIsFound()
    {
        var summary = await RunAsync(Options());

        var rows = SelectFolder.Csv(summary.NovelCsv);
        rows.Select(row => row["id"]).Should().BeEquivalentTo(Enumerable.Range(0, Rows).Where(row => row % 4 == 3).Select(SelectFolder.Id));
        rows.Should().OnlyContain(row => row["share"] == "0" && double.Parse(row["p"], System.Globalization.CultureInfo.InvariantCulture) < 0.05);
        (summary.PoolRows, summary.Labelled, summary.Elsewhere, summary.NovelRows).Should().Be((Rows, 33, 1, 100));
        summary.Expected.Should().BeApproximately(33 / 300.0, 1e-12);
        var clusters = SelectFolder.Csv(summary.ClustersCsv);
        clusters.Sum(cluster => int.Parse(cluster["rows"], System.Globalization.CultureInfo.InvariantCulture)).Should().Be(Rows);
        clusters[0]["novel"].Should().Be("true");
        clusters.Should().Contain(cluster => cluster["novel"] == "false" && cluster["label"].StartsWith("heap-"));
    }

    [Fact]
    public async Task NeitherShardsNorTheNumberOfClusteredRowsChangeWhatIsFound()
    {
        var before = await RunAsync(Options());
        Write("other/all", 0, Rows);

        var after = await RunAsync(Options() with { Pool = [folder.File("other")], Out = folder.File("again") });
        var few = await RunAsync(Options() with { Candidates = 60, Out = folder.File("few") });

        string[] Kept(NovelSummary summary) => [.. SelectFolder.Csv(summary.NovelCsv).Select(row => $"{row["order"]} {row["id"]} {row["p"]} {row["distance"]}")];
        Kept(after).Should().Equal(Kept(before));
        SelectFolder.Csv(few.NovelCsv).Select(row => row["id"]).Should().BeEquivalentTo(SelectFolder.Csv(before.NovelCsv).Select(row => row["id"]));
    }

    [Fact]
    public async Task SelectTakesThemAndSaysWhereTheyEnd()
    {
        var rows = await SelectFolder.SelectAsync(new SelectOptions([], 120, "novel", folder.File("query")) { Pool = [folder.File("pool")], Exclude = [folder.File("labels.csv")] });

        rows.Take(100).Should().OnlyContain(row => row["value"] != "");
        rows.Skip(100).Should().HaveCount(20).And.OnlyContain(row => row["value"] == "");
    }

    [Fact]
    public async Task WhatTellsNothingIsRefused()
    {
        File.WriteAllText(folder.File("few.csv"), $"id,label\n{SelectFolder.Id(0)},heap-0\n");
        File.WriteAllText(folder.File("all.csv"), "id,label\n" + string.Join('\n', Enumerable.Range(0, Rows).Select(row => $"{SelectFolder.Id(row)},a")));

        await Running(Options() with { Labels = [folder.File("few.csv")] }).Should().ThrowAsync<DataException>().WithMessage("1 of the pool's 400 rows have a label in *, expected 16 or more*");
        await Running(Options() with { Labels = [folder.File("all.csv")] }).Should().ThrowAsync<DataException>().WithMessage("all 400 rows of the pool have a label*");
        await Running(Options() with { Clusters = 1 }).Should().ThrowAsync<UsageException>().WithMessage("--clusters is 1*");
    }

    private static IEnumerable<int> Labelled() => Enumerable.Range(0, Rows).Where(row => row % 4 != 3 && row / 4 % 9 == 0).Take(33);

    private NovelOptions Options() => new([folder.File("pool")], [folder.File("labels.csv")], folder.File("novel"));

    private static Task<NovelSummary> RunAsync(NovelOptions options) => NovelRun.ExecuteAsync(options, SelectFolder.Context());

    private static Func<Task> Running(NovelOptions options) => () => RunAsync(options);

    private void Write(string name, int first, int end)
    {
        int[] rows = [.. Enumerable.Range(first, end - first)];
        using var writer = new ShardWriter(folder.File(name + ".parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, 4)]);
        writer.Write(
            rows.Length, rows.Select(SelectFolder.Id).ToArray(),
            rows.SelectMany(i => TestModels.Numbers((uint)i, 4, 0.1f).Select((v, at) => v + (i % 4 == at ? 5 : 0))).ToArray());
        writer.Complete();
    }
}
