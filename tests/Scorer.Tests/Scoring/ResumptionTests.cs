using Google.Protobuf;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Tests.Scoring;

/// <summary>A second run into a folder takes over what is still right in it, and nothing else.</summary>
public sealed class ResumptionTests : PoolTests
{
    [Fact]
    public async Task AFinishedRunStartedAgainScoresNothingAndLeavesTheSameBytes()
    {
        WriteShard(1, [.. Enumerable.Range(0, RowsPerShard).Select(i => i % 100 == 7 ? null : $"row-1-{i}")]);
        await Run(Options("out"));
        var before = Outputs("out");

        var summary = await Run(Options("out"));

        summary.RowsReused.Should().Be(3 * RowsPerShard);
        summary.Rejected.Should().Be(7);
        Outputs("out").Should().BeEquivalentTo(before);
        RunRecord("out").GetProperty("counts").GetProperty("shardsReused").GetInt32().Should().Be(3);
    }

    [Theory]
    [InlineData("scores/shard-1.json")]
    [InlineData("scores/shard-1.parquet")]
    [InlineData("rejects/shard-1.parquet")]
    public async Task AShardIsScoredAgainWhereOneOfItsFilesIsMissingOrCutShort(string file)
    {
        WriteShard(1, [.. Enumerable.Range(0, RowsPerShard).Select(i => i == 7 ? null : $"row-1-{i}")]);
        await Run(Options("out"));
        var before = Outputs("out");
        var path = InFolder("out/" + file);

        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(path, bytes[..(bytes.Length / 2)], TestContext.Current.CancellationToken);
        (await Run(Options("out"))).RowsReused.Should().Be(2 * RowsPerShard);
        Outputs("out").Should().BeEquivalentTo(before);

        File.Delete(path);
        (await Run(Options("out"))).RowsReused.Should().Be(2 * RowsPerShard);
        Outputs("out").Should().BeEquivalentTo(before);
    }

    [Fact]
    public async Task AFolderThatAnotherRunWritesIsLeftToIt()
    {
        using (var first = new OutputFolder(InFolder("out"), "run.json"))
        {
            first.Open(["run.json"], isKnown: null, TestContext.Current.CancellationToken);

            await FluentActions.Awaiting(() => Run(Options("out"))).Should().ThrowAsync<IOException>().WithMessage("*out is being written by another run*");
        }
        await Run(Options("out"));
        await Run(Options("undisturbed"));

        Outputs("out").Should().BeEquivalentTo(Outputs("undisturbed"));
    }

    [Fact]
    public async Task OnlyAShardThatChangedIsScoredAgain()
    {
        await Run(Options("out"));
        WriteShard(1, [.. Enumerable.Range(0, 300).Select(i => $"new-{i}")]);

        (await Run(Options("out"))).RowsReused.Should().Be(2 * RowsPerShard);
        await Run(Options("undisturbed"));

        Outputs("out").Should().BeEquivalentTo(Outputs("undisturbed"));
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("passes")]
    [InlineData("masks")]
    [InlineData("model")]
    public async Task NothingIsReusedWhenWhatDecidesTheScoresChanges(string what)
    {
        var other = InFolder("other.onnx");
        await File.WriteAllBytesAsync(other, ModelFile.ToBytes(TestModels.Mlp(0.4f, Width, 40, 33, 5).Model), TestContext.Current.CancellationToken);
        ScoreOptions Changed(ScoreOptions options) => what switch
        {
            "seed" => options with { Seed = 5 },
            "passes" => options with { Passes = 21 },
            "masks" => options with { Masks = MaskKind.Independent },
            _ => options with { Model = other },
        };
        await Run(Options("out"));

        (await Run(Changed(Options("out")))).RowsReused.Should().Be(0);
        await Run(Changed(Options("undisturbed")));

        Outputs("out").Should().BeEquivalentTo(Outputs("undisturbed"));
    }

    [Fact]
    public async Task WeightsBesideAModelDecideItsScores()
    {
        var model = TestModels.Mlp(0.5f, Width, 40, 33, 5).Model;
        var weights = model.Graph.Initializer.First(tensor => tensor.Dims.Count == 2);
        var file = InFolder("outside/weights.bin");
        await File.WriteAllBytesAsync(file, [.. Tensors.ToFloats(weights).SelectMany(BitConverter.GetBytes)], TestContext.Current.CancellationToken);
        weights.FloatData.Clear();
        weights.RawData = ByteString.Empty;
        weights.DataLocation = TensorProto.Types.DataLocation.External;
        weights.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });
        await File.WriteAllBytesAsync(InFolder("outside/model.onnx"), ModelFile.ToBytes(model), TestContext.Current.CancellationToken);
        ScoreOptions Outside(string name) => Options(name) with { Model = InFolder("outside/model.onnx") };
        await Run(Outside("out"));
        (await Run(Outside("out"))).RowsReused.Should().Be(3 * RowsPerShard);
        var before = Outputs("out");

        await File.WriteAllBytesAsync(file, [.. File.ReadAllBytes(file).Chunk(4).Reverse().SelectMany(number => number)], TestContext.Current.CancellationToken);
        (await Run(Outside("out"))).RowsReused.Should().Be(0);
        await Run(Outside("undisturbed"));

        Outputs("out").Should().BeEquivalentTo(Outputs("undisturbed"));
        Outputs("out")["ranked.csv"].Should().NotBe(before["ranked.csv"]);
    }

    [Fact]
    public async Task ALabelFileThatChangedIsReadAnewThoughNothingIsScoredAgain()
    {
        var labels = InFolder("labels.csv");
        await File.WriteAllLinesAsync(labels, ["id,label", "row-0-1,a"], TestContext.Current.CancellationToken);
        await Run(Options("out") with { Exclude = [labels] });

        await File.WriteAllLinesAsync(labels, ["id,label", "row-0-2,a"], TestContext.Current.CancellationToken);
        (await Run(Options("out") with { Exclude = [labels] })).RowsReused.Should().Be(3 * RowsPerShard);

        Ranked("out").Select(row => row["id"]).Should().Contain("row-0-1").And.NotContain("row-0-2");
    }

    [Fact]
    public async Task WhatDecidesNoScoreDoesNotKeepShardsFromBeingReused()
    {
        await Run(Options("out"));

        (await Run(Options("out") with { Threads = 3, BatchRows = 300, Top = 10 })).RowsReused.Should().Be(3 * RowsPerShard);
    }

    [Theory]
    [InlineData("entropy")]
    [InlineData("margin")]
    [InlineData("random")]
    public async Task RankingByAnotherScoreScoresNothingAgain(string rankBy)
    {
        await Run(Options("out"));
        var scores = Outputs("out").Where(file => file.Key.StartsWith("scores", StringComparison.Ordinal)).ToList();

        (await Run(Options("out") with { RankBy = rankBy })).RowsReused.Should().Be(3 * RowsPerShard);
        await Run(Options("undisturbed") with { RankBy = rankBy });

        RunRecord("out").GetProperty("counts").GetProperty("shardsReused").GetInt32().Should().Be(3);
        Outputs("out").Should().BeEquivalentTo(Outputs("undisturbed")).And.Contain(scores);
        RunRecord("out").GetProperty("stability").ToString().Should().Be(RunRecord("undisturbed").GetProperty("stability").ToString());
    }

    [Fact]
    public async Task WhatAKilledRunLeftHalfWrittenIsRemoved()
    {
        const string killed = "0123456789abcdef.tmp";
        foreach (var name in new[] { $"out/ranked.parquet.{killed}", $"out/scores/shard-0.parquet.{killed}", $"out/rejects/shard-0.parquet.{killed}", $"out/ranked.parquet.spill.{killed}/block" })
        {
            await File.WriteAllTextAsync(InFolder(name), "half", TestContext.Current.CancellationToken);
        }

        await Run(Options("out"));

        Directory.EnumerateFileSystemEntries(InFolder("out"), "*", SearchOption.AllDirectories).Should()
            .NotContain(path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }
}
