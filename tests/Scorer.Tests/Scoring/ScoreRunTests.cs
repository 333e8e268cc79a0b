using System.CommandLine;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Tests.Scoring;

public sealed class ScoreRunTests : PoolTests
{
    [Fact]
    public async Task TheRankedFilesAreTheSameBytesWhateverTheThreadsTheBatchesAndTheOrderOfTheShards()
    {
        var options = Options("a");
        var summary = await Run(options with { Threads = 1, BatchRows = 256 });
        await Run(options with { Threads = 2, BatchRows = 4096, Out = InFolder("b") });
        await Run(options with { Threads = 3, BatchRows = 1, Out = InFolder("c"), Pool = [.. Shards().Reverse()] });

        summary.Rows.Should().Be(3 * RowsPerShard);
        summary.Ranked.Should().Be(3 * RowsPerShard);
        foreach (var file in new[] { "ranked.parquet", "ranked.csv", "rejects.parquet", "scores/shard-0.parquet", "scores/shard-2.parquet" })
        {
            var first = File.ReadAllBytes(Path.Combine(options.Out, file));
            File.ReadAllBytes(Path.Combine(InFolder("b"), file)).Should().Equal(first, file);
            File.ReadAllBytes(Path.Combine(InFolder("c"), file)).Should().Equal(first, file);
        }
    }

    [Theory]
    [InlineData("bald", true)]
    [InlineData("margin", false)]
    [InlineData("entropy", true)]
    [InlineData("random", true)]
    public async Task RowsAreRankedByTheScoreAskedForAndTiesById(string rankBy, bool highFirst)
    {
        await Run(Options("out") with { RankBy = rankBy });

        var rows = Ranked("out");
        rows.Select(r => r["rank"]).Should().Equal(Enumerable.Range(1, rows.Count).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var scores = rows.Select(r => double.Parse(r["score"], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        scores.Should().BeEquivalentTo(highFirst ? scores.OrderDescending() : scores.Order(), o => o.WithStrictOrdering());
        scores.Distinct().Should().HaveCountGreaterThan(100, "the scores must tell rows apart");
    }

    [Fact]
    public async Task RowsWhoseIdsAreLongerThanTheLimitAreRejectedAndToldSo()
    {
        WriteShard(1, [.. Enumerable.Range(0, 60).Select(i => i + new string('x', 1 << 20))]);
        var options = Options("out");

        var code = await CommandHost.InvokeAsync(new RootCommand { ScoreCommand.Create() }, ["score", "--model", options.Model, "--pool", .. options.Pool, "--out", options.Out, "--quiet"]);

        code.Should().Be(ExitCode.Data);
        TextTable.Read(InFolder("out/rejects.parquet"), "shard", "reason").Select(row => $"{row[0]}: {row[1]}").Should().HaveCount(60).And.OnlyContain(line => line == "shard-1: id is longer than 65,536 bytes");
        Ranked("out").Should().HaveCount(2 * RowsPerShard);
    }

    [Fact]
    public async Task RandomRankingDependsOnSeedAndIdAlone()
    {
        await Run(Options("a") with { RankBy = "random", Seed = 1 });
        await Run(Options("b") with { RankBy = "random", Seed = 1, Pool = [InFolder("pool/shard-1.parquet")] });
        await Run(Options("c") with { RankBy = "random", Seed = 2 });

        var first = Ranked("a").Select(r => r["id"]).ToList();
        Ranked("b").Select(r => r["id"]).Should().Equal(first.Where(id => id.StartsWith("row-1-", StringComparison.Ordinal)));
        Ranked("c").Select(r => r["id"]).Should().NotEqual(first);
        Ranked("a").Should().OnlyContain(r => double.Parse(r["score"], System.Globalization.CultureInfo.InvariantCulture) == RandomScore.Of(1, r["id"]));
    }

    [Theory]
    [InlineData("bald", 100, MaskKind.Independent)]
    [InlineData("bald", 100, MaskKind.Balanced)]
    [InlineData("margin", 51, MaskKind.Balanced)]
    public async Task TheRecordSaysHowStableTheRanksAre(string rankBy, int passes, MaskKind masks)
    {
        var options = Options("a") with { RankBy = rankBy, Passes = passes, Masks = masks };
        var summary = await Run(options);
        await Run(options with { Out = InFolder("b"), Threads = 3, BatchRows = 1, Pool = [.. Shards().Reverse()] });
        await Run(options with { Out = InFolder("c"), Seed = 7 });

        var (first, other) = (Ranked("a").Select(r => r["id"]).ToList(), Ranked("c").Select(r => r["id"]).ToList());
        var places = other.Index().ToDictionary(r => r.Item, r => r.Index);
        var n = (double)first.Count;
        summary.TopOverlap.Should().BeApproximately(first.Take(200).Intersect(other.Take(200)).Count() / 200.0, 0.2, "that is what it estimates");
        summary.RankSpearman.Should().BeApproximately(1 - 6 * first.Index().Sum(r => Math.Pow(r.Index - places[r.Item], 2)) / (n * (n * n - 1)), 0.25, "that is what it estimates");
        var stability = Record("a").GetProperty("stability").ToString();
        Record("b").GetProperty("stability").ToString().Should().Be(stability);
        stability.Should().Contain("\"rows\": 2100").And.Contain("\"top\": 200");
    }

    [Theory]
    [InlineData("entropy", 0)]
    [InlineData("entropy", 1)]
    [InlineData("random", 20)]
    public async Task ARankThatDependsOnNoCommitteeHasNoStability(string rankBy, int passes)
    {
        (await Run(Options("a") with { RankBy = rankBy, Passes = passes })).RankSpearman.Should().BeNull();

        Record("a").GetProperty("stability").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task TopLimitsAndExcludeLeavesOut()
    {
        await Run(Options("all"));
        var best = Ranked("all").Take(5).Select(r => r["id"]).ToList();
        File.WriteAllText(InFolder("labels.csv"), $"id,label\n{best[0]},1\n{best[2]},0\n");

        var summary = await Run(Options("some") with { Top = 3, Exclude = [InFolder("labels.csv")] });

        summary.Ranked.Should().Be(3);
        Ranked("some").Select(r => r["id"]).Should().Equal(best[1], best[3], best[4]);
    }

    [Fact]
    public async Task RowsThatCannotBeScoredAreRejectedWithAReasonAndTheirNeighboursKeepTheirScores()
    {
        await Run(Options("clean"));
        var ids = Enumerable.Range(0, RowsPerShard).Select(i => $"row-1-{i}").ToArray<string?>();
        ids[3] = null;
        ids[5] = "row-0-7";
        WriteShard(1, ids, values => values[9 * Width] = float.NaN);

        var summary = await Run(Options("bad"));

        summary.Rejected.Should().Be(3);
        summary.RepeatedIds.Should().Be(1);
        summary.Ranked.Should().Be(3 * RowsPerShard - 3);
        Rejects("bad").Should().Equal(
            ("", "shard-1", "3", "id is null or empty"),
            ("row-1-9", "shard-1", "9", "vector holds NaN or infinity"),
            ("row-0-7", "shard-1", "5", "id stands already in shard-0, row 7"));
        var rejected = new[] { "row-1-3", "row-1-5", "row-1-9" };
        string Line(Dictionary<string, string> r) => $"{r["id"]} {r["score"]}";
        Ranked("bad").Select(Line).Should().Equal(Ranked("clean").Where(r => !rejected.Contains(r["id"])).Select(Line));
    }

    [Fact]
    public async Task ASecondRunIntoTheSameFolderReplacesTheFirst()
    {
        await Run(Options("out"));
        await Run(Options("out") with { Pool = [InFolder("pool/shard-2.parquet")] });

        Directory.GetFiles(InFolder("out/scores")).Select(Path.GetFileName).Should().BeEquivalentTo("shard-2.parquet", "shard-2.json");
        Ranked("out").Should().HaveCount(RowsPerShard);
        File.Exists(InFolder("out/run.json")).Should().BeTrue();
    }

    [Fact]
    public async Task VectorsOfAnotherWidthAreAClearAnswer()
    {
        var wide = InFolder("wide.onnx");
        File.WriteAllBytes(wide, ModelFile.ToBytes(TestModels.Mlp(0.5f, Width + 1, 8, 5).Model));

        var act = () => Run(Options("out") with { Model = wide });

        (await act.Should().ThrowAsync<DataException>()).WithMessage("*vectors of 12 numbers*takes 13*");
    }

    [Fact]
    public async Task AMissingColumnIsAClearAnswer()
    {
        var act = () => Run(Options("out") with { Features = ["pixels"] });

        (await act.Should().ThrowAsync<DataException>()).WithMessage("*pixels*");
    }

    [Fact]
    public async Task ShardsOfAnotherKindAreAllNamedBeforeTheFirstRowIsScored()
    {
        using (var writer = new ShardWriter(InFolder("pool/shard-1.parquet"), [new("id", ShardType.Text), new("pixels", ShardType.FloatList, Width)]))
        {
            writer.Complete();
        }
        using (var writer = new ShardWriter(InFolder("pool/shard-2.parquet"), [new("id", ShardType.FloatList, 1), new("features", ShardType.FloatList, Width)]))
        {
            writer.Complete();
        }

        var act = () => Run(Options("out") with { Features = ["features"] });

        (await act.Should().ThrowAsync<DataException>()).WithMessage("2 of 3 shards*shard-1.parquet: no column features*shard-2.parquet: column id is FLOAT*");
        Directory.Exists(InFolder("out")).Should().BeFalse();
    }

    [Theory]
    [InlineData(0, "*--rank-by bald needs a committee*")]
    [InlineData(1, "*--rank-by bald is how far members disagree, --passes is 1*entropy*")]
    public async Task DisagreementAmongNobodyOrOneIsAUsageError(int passes, string why)
    {
        var act = () => Run(Options("out") with { Passes = passes });

        (await act.Should().ThrowAsync<UsageException>()).WithMessage(why);
    }

    [Fact]
    public async Task ACorruptShardIsNamedAndNothingIsCalledWhole()
    {
        File.WriteAllText(InFolder("pool/shard-1.parquet"), "PAR1 this is no Parquet file PAR1");

        var act = () => Run(Options("out"));

        (await act.Should().ThrowAsync<DataException>()).WithMessage("*shard-1.parquet*");
        File.Exists(InFolder("out/run.json")).Should().BeFalse();
    }

    [Fact]
    public async Task AStoppedRunLeavesNoHalfFile()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        var act = () => ScoreRun.ExecuteAsync(Options("out"), Context(stop.Token));

        await act.Should().ThrowAsync<OperationCanceledException>();
        Directory.EnumerateFiles(InFolder("out"), "*", SearchOption.AllDirectories).Should().OnlyContain(file => file.EndsWith(".parquetpool.sha256", StringComparison.Ordinal));
    }

    private System.Text.Json.JsonElement Record(string name) =>
        System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(InFolder(name), "run.json"))).RootElement;

    private List<(string Id, string Shard, string Row, string Reason)> Rejects(string name)
    {
        var csv = InFolder("rejects.csv");
        SortedRows.Write([Path.Combine(InFolder(name), "rejects.parquet")], new SortSpec([new SortKey("reason")]), InFolder("rejects-sorted.parquet"), csv);
        return [.. File.ReadAllLines(csv).Skip(1).Select(l => l.Split(',', 5)).Select(c => (c[1], c[2], c[3], c[4].Trim('"'))).OrderBy(r => r.Item4 switch { "id is null or empty" => 0, var s when s.StartsWith("vector", StringComparison.Ordinal) => 1, _ => 2 })];
    }
}
