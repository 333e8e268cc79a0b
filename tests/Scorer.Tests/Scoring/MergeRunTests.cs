using System.Text.Json.Nodes;
using ParquetPool.Errors;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Scoring;

namespace ParquetPool.Scorer.Tests.Scoring;

public sealed class MergeRunTests : PoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task MergedPartitionsAreTheBytesOfAnUndividedRun(int count)
    {
        // A NULL id, and one that stands in another shard, perhaps of another partition.
        WriteShard(1, [.. Enumerable.Range(0, RowsPerShard).Select(i => i == 3 ? null : i == 5 ? "row-0-7" : $"row-1-{i}")]);
        await Run(Options("whole") with { Top = 100 });
        await ScorePartitions(count);

        var summary = MergeRun.Execute(new MergeOptions([.. Folders(count).Reverse()], InFolder("merged")) { Top = 100 }, Context(TestContext.Current.CancellationToken));

        (summary.Rows, summary.Ranked, summary.Rejected, summary.RepeatedIds).Should().Be((3 * RowsPerShard, 100, 2, 1));
        Outputs("merged").Should().BeEquivalentTo(Outputs("whole").Where(file => !file.Key.Contains('/')));
        RunRecord("merged").GetProperty("merged").EnumerateArray().Select(f => f.GetString()).Should().Equal(Folders(count));
    }

    [Fact]
    public async Task APartitionScoresItsShardsOnlyAndSaysWhichItIs()
    {
        await ScorePartitions(2);

        var shards = Folders(2).SelectMany(f => Directory.Exists(Path.Combine(f, "scores")) ? Directory.GetFiles(Path.Combine(f, "scores"), "*.parquet") : []);
        shards.Select(Path.GetFileNameWithoutExtension).Should().BeEquivalentTo("shard-0", "shard-1", "shard-2");
        RunRecord("part-2").GetProperty("partition").GetProperty("index").GetInt32().Should().Be(2);
    }

    [Fact]
    public async Task APartitionThatIsMissingTwiceOrUnfinishedIsNamed()
    {
        await ScorePartitions(3);

        Refused(Folders(2), "2 of 3 partitions are there, missing 3/3*");
        Refused([.. Folders(3), InFolder("part-2")], "*part-2 both hold partition 2/3*");
        File.Delete(InFolder("part-3/run.json"));
        Refused(Folders(3), "*part-3 holds no finished run*");
        await Run(Options("whole"));
        Refused([InFolder("whole")], "*whole holds a run over a whole pool*");
    }

    [Fact]
    public async Task PartitionsScoredOtherwiseAreRefused()
    {
        await ScorePartitions(2);

        await Run(Options("part-2") with { Partition = new Partition(2, 2), Seed = 5 });
        Refused(Folders(2), "*part-2 was scored with other seed than*");
        await Run(Options("part-2") with { Partition = new Partition(2, 2), Passes = 21 });
        Refused(Folders(2), "*part-2 was scored with other passes than*");
        await Run(Options("part-2") with { Partition = new Partition(2, 3) });
        Refused(Folders(2), "*part-2 was scored with other partitions than*");
    }

    [Fact]
    public async Task PartitionsRankedByDifferentScoresAreMergedByTheOneAskedFor()
    {
        await ScorePartitions(2);
        await Run(Options("part-2") with { Partition = new Partition(2, 2), RankBy = "margin" });
        await Run(Options("whole") with { RankBy = "random" });

        var unsaid = () => MergeRun.Execute(new MergeOptions(Folders(2), InFolder("merged")), Context(TestContext.Current.CancellationToken));
        unsaid.Should().Throw<UsageException>().WithMessage("*ranked by bald and margin: say with --rank-by*");
        MergeRun.Execute(new MergeOptions(Folders(2), InFolder("merged")) { RankBy = "random" }, Context(TestContext.Current.CancellationToken));

        Outputs("merged").Should().BeEquivalentTo(Outputs("whole").Where(file => !file.Key.Contains('/')));
    }

    [Fact]
    public async Task AScoreFileThatWasChangedOrLostIsNoticed()
    {
        await ScorePartitions(1);
        await File.AppendAllTextAsync(InFolder("part-1/scores/shard-1.parquet"), "x", TestContext.Current.CancellationToken);

        Refused(Folders(1), "*part-1 has 2 whole shards of its run, its record says 3*");
    }

    [Fact]
    public async Task ARecordWithoutWhatIsNeededIsNoRecord()
    {
        await ScorePartitions(1);
        var record = JsonNode.Parse(await File.ReadAllBytesAsync(InFolder("part-1/run.json"), TestContext.Current.CancellationToken))!.AsObject();
        record.Remove("scoring");
        record.Remove("xxh128");
        await File.WriteAllTextAsync(InFolder("part-1/run.json"), record.ToJsonString(), TestContext.Current.CancellationToken);

        Refused(Folders(1), "*part-1 holds no finished run*");
    }

    private async Task ScorePartitions(int count)
    {
        for (var index = 1; index <= count; index++)
        {
            await Run(Options($"part-{index}") with { Partition = new Partition(index, count) });
        }
    }

    private string[] Folders(int count) => [.. Enumerable.Range(1, count).Select(index => InFolder($"part-{index}"))];

    private void Refused(IReadOnlyList<string> folders, string message)
    {
        var act = () => MergeRun.Execute(new MergeOptions(folders, InFolder("merged")), Context(TestContext.Current.CancellationToken));

        act.Should().Throw<DataException>().WithMessage(message);
        File.Exists(InFolder("merged/run.json")).Should().BeFalse();
    }
}
