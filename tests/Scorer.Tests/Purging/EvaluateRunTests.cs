using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Purging;
using ParquetPool.Shards;
using ParquetPool.Statistics;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests.Purging;

public sealed class EvaluateRunTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task CountsWhatIsRightOnTestOnCleanAndOnTheLeakedRows()
    {
        Write("test", "a", ("q0", 0, "0"), ("q1", 1, "1"), ("q2", 2, "0"));
        Write("test", "b", ("q3", 1, "1"), ("q4", 1, "2"), ("unlabelled", 1, null));
        File.WriteAllLines(folder.File("removed.csv"), ["id,rule", "q1,x", "q3,x"]);

        var summary = await EvaluateAsync(Options with { Removed = folder.File("removed.csv") });

        summary.Test.Should().Be(new Accuracy(5, 3, 0.6));
        summary.Clean.Should().Be(new Accuracy(3, 1, 1 / 3.0));
        summary.Leaked.Should().Be(new Accuracy(2, 2, 1));
        summary.Difference.Should().BeApproximately((1 / 3.0) - 0.6, 1e-12);
        summary.Interval!.Low.Should().BeLessThanOrEqualTo(summary.Difference!.Value);
        summary.Interval.High.Should().BeGreaterThanOrEqualTo(summary.Difference.Value);
        summary.Skipped.Should().Be(1);
    }

    [Fact]
    public async Task ACleanSplitWithReplacementsIsEvaluatedWhole()
    {
        Write("test", "a", ("q0", 0, "0"), ("q1", 1, "1"), ("q2", 2, "0"), ("q3", 1, "1"), ("q4", 1, "2"));
        Write("clean", "a", ("q0", 0, "0"), ("q2", 2, "0"), ("q4", 1, "2"), ("new", 2, "2"));

        var summary = await EvaluateAsync(Options with { Clean = [folder.File("clean")] });

        summary.Clean.Should().Be(new Accuracy(4, 2, 0.5));
        summary.Leaked.Should().Be(new Accuracy(2, 2, 1));
        summary.Difference.Should().BeApproximately(-0.1, 1e-12);
    }

    [Fact]
    public async Task WithoutACleanSplitThereIsOneAccuracy()
    {
        Write("test", "a", ("q0", 0, "0"), ("q1", 1, "0"));

        (await EvaluateAsync(Options)).Should().BeEquivalentTo(new { Test = new Accuracy(2, 1, 0.5), Clean = (Accuracy?)null, Leaked = (Accuracy?)null, Difference = (double?)null, Interval = (Interval?)null });
    }

    [Fact]
    public async Task RowsThatTheModelLearntFromAreToldApart()
    {
        Write("test", "a", ("q0", 0, "0"), ("q1", 1, "1"), ("q2", 2, "0"), ("q3", 1, "1"));
        (await EvaluateAsync(Options)).Should().BeEquivalentTo(new { Learnt = (Accuracy?)null, Others = (Accuracy?)null }, "of a model from elsewhere nobody knows");
        var model = Model();
        await File.WriteAllBytesAsync(folder.File("manifest.json"), new ModelManifest
        {
            Task = "t",
            Round = 1,
            CreatedUtc = default,
            Classes = ["0", "1", "2"],
            Inputs = [new ModelInput("features", ["features"], [-1, 3])],
            Outputs = [new ModelOutput("logits", [-1, 3])],
            Dropout = [],
            Training = new ModelTraining(2, 0, 0, 1, 1, 0, 0, new Dictionary<string, string>()),
            Sha256 = ModelFile.Read(model).Sha256,
        }.ToBytes(), TestContext.Current.CancellationToken);
        (await EvaluateAsync(Options)).Learnt.Should().BeNull("a package of an earlier program does not say");
        using (var writer = new ShardWriter(folder.File("learnt.parquet"), [new("id", ShardType.Text)]))
        {
            writer.Write(3, new[] { "q1", "q2", "stranger" });
            writer.Complete();
        }

        var summary = await EvaluateAsync(Options);

        summary.Learnt.Should().Be(new Accuracy(2, 1, 0.5));
        summary.Others.Should().Be(new Accuracy(2, 2, 1));
        EvaluateCommand.Lines(summary).Should().EndWith("the model learnt from 2 of these rows, by their ids, and is right for 50.00 % of them, for 100.00 % of the other 2: only these tell what it is worth");
    }

    [Fact]
    public async Task NothingDependsOnThreads()
    {
        Write("test", "a", [.. Enumerable.Range(0, 5000).Select(i => ($"q{i}", i % 3, (string?)$"{i / 2 % 3}"))]);
        File.WriteAllLines(folder.File("removed.csv"), ["id", .. Enumerable.Range(0, 300).Select(i => $"q{i * 7}")]);
        var options = Options with { Removed = folder.File("removed.csv") };

        (await EvaluateAsync(options with { Threads = 1 })).Should().Be(await EvaluateAsync(options with { Threads = 3 }));
    }

    [Fact]
    public async Task WhatCannotBeEvaluatedIsNamed()
    {
        Write("test", "a", ("q0", 0, "0"), ("q1", 1, "zebra"));
        Write("twice", "a", ("q0", 0, "0"), ("q0", 1, "1"));
        File.WriteAllLines(folder.File("removed.csv"), ["id", "stranger"]);
        await Fails<DataException>(Options, "*row 1: label zebra is none of the model's 3 classes (0, 1, 2*");
        await Fails<DataException>(Options with { Test = [folder.File("twice")] }, "*row 1: id q0 stands twice*");
        await Fails<DataException>(Options with { Test = [folder.File("twice")], LabelColumn = "species" }, "*no column species*--label-column*");
        await Fails<UsageException>(Options with { Clean = ["x"], Removed = "y" }, "--clean and --removed*");
        Write("other", "a", ("q0", 0, "0"));
        await Fails<DataException>(Options with { Test = [folder.File("other")], Removed = folder.File("removed.csv") }, "*names stranger*");
    }

    private EvaluateOptions Options => new(Model(), [folder.File("test")]) { Resamples = 200, Threads = 2 };

    private static Task<EvaluateSummary> EvaluateAsync(EvaluateOptions options) => EvaluateRun.ExecuteAsync(
        options,
        new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken));

    private static async Task Fails<T>(EvaluateOptions options, string message)
        where T : Exception
    {
        var evaluate = () => EvaluateAsync(options);
        await evaluate.Should().ThrowAsync<T>().WithMessage(message);
    }

    /// <summary>Predicts the place of the greatest feature, unless its dropout is active.</summary>
    private string Model()
    {
        var graph = new GraphBuilder("model");
        var input = graph.Input("features", DataType.Float, -1, 3);
        var active = graph.Op("Greater", [graph.Op("Size", [input]), graph.Constant(Tensors.Int64("never", [-1]))]);
        graph.Output(graph.Op("MatMul", [graph.Op("Dropout", [input, graph.Scalar(0.9f), active]), graph.Constant("identity", [1, 0, 0, 0, 1, 0, 0, 0, 1], 3, 3)]), "logits", DataType.Float, -1, 3);
        var path = folder.File("model.onnx");
        File.WriteAllBytes(path, ModelFile.ToBytes(graph.Model));
        return path;
    }

    private void Write(string split, string shard, params (string Id, int Predicted, string? Label)[] rows)
    {
        using var writer = new ShardWriter(folder.File(split, shard + ".parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, 3), new("label", ShardType.Text)]);
        writer.Write(
            rows.Length, rows.Select(r => r.Id).ToArray(), rows.SelectMany(r => Enumerable.Range(0, 3).Select(i => i == r.Predicted ? 1f : 0)).ToArray(), rows.Select(r => r.Label).ToArray());
        writer.Complete();
    }
}
