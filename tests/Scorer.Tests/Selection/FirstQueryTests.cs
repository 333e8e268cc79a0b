using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Scorer.Selection;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Tests.Selection;

/// <summary>The ends of a labelling loop: no label yet, and hardly a row left.</summary>
public sealed class FirstQueryTests : IDisposable
{
    private readonly SelectFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("random")]
    [InlineData("typiclust")]
    [InlineData("coreset")]
    public async Task BeforeTheFirstLabelRowsAreSelectedWithoutScores(string strategy)
    {
        Write("pool/b", 60, 120);
        Write("pool/a", 0, 60);

        var rows = await SelectFolder.SelectAsync(Options(strategy));

        rows.Should().HaveCount(12).And.OnlyContain(row => row["predicted"] == "" && row["score"] == "");
        rows.Select(row => row["id"]).Should().OnlyHaveUniqueItems();
        string[] unusable = strategy == "random" ? [] : ["row-0007 vector holds NaN or infinity"]; // Where no vector is looked at, none is wrong.
        Reasons().Should().Equal([.. unusable, "row-0070 id stands already in the pool"]);
        Write("other/all", 0, 120, [70]);
        (await SelectFolder.SelectAsync(Options(strategy) with { Pool = [folder.File("other")], Out = folder.File("again") })).Select(row => row["id"]).Should().Equal(rows.Select(row => row["id"]), "no sharding changes a query");
        File.WriteAllText(folder.File("asked.csv"), "id\n" + string.Join('\n', rows.Select(row => row["id"])));
        (await SelectFolder.SelectAsync(Options(strategy) with { Exclude = [folder.File("asked.csv")], Out = folder.File("next") })).Select(row => row["id"]).Should().NotIntersectWith(rows.Select(row => row["id"]));
    }

    [Fact]
    public async Task WhatGoesByScoresNeedsThem()
    {
        Write("pool/a", 0, 60);

        await Refuses(Options("batchbald"), "--strategy batchbald goes by scores, which the rows of --pool do not have, expected random, coreset, typiclust*");
        await Refuses(Options("random") with { By = "bald" }, "--by bald is a score*");
        await Refuses(Options("random") with { PerClassMax = 3 }, "--per-class-max 3 goes by predicted classes*");
        await Refuses(Options("random") with { Pool = [] }, "expected one of --scores and --pool*");
    }

    [Fact]
    public async Task TheLastRowsOfAPoolAreAQuery()
    {
        await folder.ScoreAsync();
        File.WriteAllText(folder.File("labels.csv"), "id\n" + string.Join('\n', Enumerable.Range(7, SelectFolder.Rows - 7).Select(SelectFolder.Id)));
        File.WriteAllText(folder.File("none.csv"), "id,label\n");

        foreach (var strategy in ResidentQuery.Strategies)
        {
            var log = new HeardLog();
            var summary = await SelectRun.ExecuteAsync(
                folder.Options(strategy, 20) with { Exclude = [folder.File("labels.csv"), folder.File("none.csv")], Explore = 0.2 }, SelectFolder.Context(log: log));

            (summary.Asked, summary.Selected, summary.PoolRows).Should().Be((20, 7, 7L), strategy);
            SelectFolder.Csv(folder.File("query/selected.csv")).Select(row => row["id"]).Should().BeEquivalentTo(Enumerable.Range(0, 7).Select(SelectFolder.Id));
            log.Lines.Should().Contain(line => line.StartsWith("Warning: 7 rows are selected, 20 were asked for"));
        }
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("row-0001", false)]
    public async Task IdsToLeaveOutOfWhichThePoolHasNoneAreTold(string id, bool isTold)
    {
        await folder.ScoreAsync();
        File.WriteAllText(folder.File("labels.csv"), $"id,label\n{id},cat\n");
        var (scored, selected) = (new HeardLog(), new HeardLog());

        await ScoreRun.ExecuteAsync(new(folder.File("model.onnx"), [folder.File("scored-pool")], folder.File("scored")) { Exclude = [folder.File("labels.csv")], Top = 5 }, SelectFolder.Context(log: scored));
        await SelectRun.ExecuteAsync(folder.Options("top", 5) with { Exclude = [folder.File("labels.csv")] }, SelectFolder.Context(log: selected));

        foreach (var log in new[] { scored, selected })
        {
            log.Lines.Any(line => line.StartsWith("Warning: none of the ids in --exclude, such as 1, is in the pool")).Should().Be(isTold);
        }
    }

    [Fact]
    public async Task IdsToLeaveOutOfWhichThePoolLacksSomeAreCounted()
    {
        await folder.ScoreAsync();
        File.WriteAllText(folder.File("labels.csv"), "id,label\nrow-0001,cat\nROW-0002,cat\n3.0,dog\n");
        var (scored, selected) = (new HeardLog(), new HeardLog());

        await ScoreRun.ExecuteAsync(new(folder.File("model.onnx"), [folder.File("scored-pool")], folder.File("scored")) { Exclude = [folder.File("labels.csv")], Top = 5 }, SelectFolder.Context(log: scored));
        await SelectRun.ExecuteAsync(folder.Options("top", 5) with { Exclude = [folder.File("labels.csv")] }, SelectFolder.Context(log: selected));

        foreach (var log in new[] { scored, selected })
        {
            log.Lines.Should().Contain(line => line.StartsWith("Warning: 2 of 3 ids in --exclude, such as 3, are not in the pool and leave no row out"));
        }
    }

    [Fact]
    public async Task OfAnExhaustedPoolTheQueryIsEmpty()
    {
        await folder.ScoreAsync();
        File.WriteAllText(folder.File("labels.csv"), "id\n" + string.Join('\n', Enumerable.Range(0, SelectFolder.Rows).Select(SelectFolder.Id)));

        foreach (var strategy in ResidentQuery.Strategies)
        {
            (await SelectFolder.SelectAsync(folder.Options(strategy, 20) with { Exclude = [folder.File("labels.csv")], NoNearDuplicates = 0.9 })).Should().BeEmpty(strategy);
        }
    }

    [Fact]
    public async Task QuotasThatRuleRowsOutLeaveAShorterQuery()
    {
        await folder.ScoreAsync();

        (await SelectFolder.SelectAsync(folder.Options("top", 100) with { PerClassMax = 3 })).Should().HaveCountLessThanOrEqualTo(15).And.NotBeEmpty();
    }

    private SelectOptions Options(string strategy) => new([], 12, strategy, folder.File("first")) { Pool = [folder.File("pool")], Seed = 3 };

    private static async Task Refuses(SelectOptions options, string message) =>
        await FluentActions.Awaiting(() => SelectRun.ExecuteAsync(options, SelectFolder.Context())).Should().ThrowAsync<UsageException>().WithMessage(message);

    private IEnumerable<string> Reasons() => TextTable.Read(folder.File("first/rejects.parquet"), "id", "reason").Select(row => string.Join(' ', row)).Order(StringComparer.Ordinal);

    /// <summary>Rows in eight clouds; row 7 is not finite, and the last of a shard that ends at 120 repeats an id.</summary>
    private void Write(string name, int first, int end, int[]? repeated = null)
    {
        int[] rows = [.. Enumerable.Range(first, end - first), .. repeated ?? (end == 120 ? [70] : [])];
        using var writer = new ShardWriter(folder.File(name + ".parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, 4)]);
        writer.Write(
            rows.Length, rows.Select(SelectFolder.Id).ToArray(),
            rows.SelectMany(i => TestModels.Numbers((uint)i, 4, 0.1f).Select((v, at) => i == 7 ? float.NaN : v + (i % 8 == at ? 1 : i % 8 == at + 4 ? -1 : 0))).ToArray());
        writer.Complete();
    }
}
