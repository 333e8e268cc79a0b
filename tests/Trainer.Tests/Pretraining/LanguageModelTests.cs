using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Shards;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Pretraining;
using ParquetPool.Trainer.Tests.Networks;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Tests.Pretraining;

/// <summary>A language of eleven words in which a word mostly tells the next.</summary>
public sealed class LanguageModelTests : IDisposable
{
    private const int Steps = 7;
    private const int Words = 12;
    private static readonly NetworkSpec Spec = Network(Words, 8);
    private static readonly VectorColumn[] Columns = [new("features", Steps)];
    private readonly TestFolder folder = new();

    public LanguageModelTests()
    {
        float[][] rows = [.. Enumerable.Range(0, 150).Select(Row)];
        using var writer = new ShardWriter(folder.File("pool/a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, Steps)]);
        writer.Write(rows.Length, Enumerable.Range(0, rows.Length).Select(r => $"row-{r}").ToArray(), rows.SelectMany(r => r).ToArray());
        writer.Complete();
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(LanguageOptimiser.AdamW)]
    [InlineData(LanguageOptimiser.NtAsgd)]
    public async Task It_learns_the_language_and_a_killed_run_goes_on_where_it_was(LanguageOptimiser optimiser)
    {
        var whole = await PretrainRun.ExecuteAsync(Request("models") with { LanguageOptimiser = optimiser }, Context());
        using var stopping = new CancellationTokenSource();
        var context = new CommandContext(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Lines, new StoppingWriter("pass 50 of 100: loss", stopping), TimeProvider.System), stopping.Token);
        await FluentActions.Awaiting(() => PretrainRun.ExecuteAsync(Request("killed") with { LanguageOptimiser = optimiser }, context)).Should().ThrowAsync<OperationCanceledException>();

        var resumed = await PretrainRun.ExecuteAsync(Request("killed") with { LanguageOptimiser = optimiser }, Context());

        (resumed.ResumedPasses, resumed.Sha256, whole.Passes).Should().Be((50, whole.Sha256, 100));
        whole.Perplexity.Should().BeLessThan(optimiser == LanguageOptimiser.AdamW ? 6 : 11, "a word drawn of those there are has 11");
        var package = ModelPackage.Open(whole.Model);
        package.Manifest!.Dropout.Should().HaveCount(3, "what the layers drop is published alive").And.Contain(d => d.Width == 4 * 8 * 8);
        var first = NetworkBuilder.Build(Spec, Columns, 3, NetworkFixture.Unchanged(Steps), seed: 1);
        var network = FirstWeights.In(first, package);
        foreach (var name in (string[])["embedding_table", "lstm_weight", "lstm_recurrent", "lstm_bias"])
        {
            Tensor(network, name).Should().NotEqual(Tensor(first, name), $"{name} has learnt");
        }
        FluentActions.Invoking(() => FirstWeights.In(NetworkBuilder.Build(Network(Words, 8, more: 3), Columns, 3, NetworkFixture.Unchanged(Steps), seed: 1), package))
            .Should().Throw<DataException>().WithMessage("--from * has [12, 8] in its 'embedding_table', the network's layers have [15, 8] there*");
    }

    [Fact]
    public void Averaging_is_set_off_by_a_measure_that_is_worse_than_one_far_enough_back()
    {
        LanguageModel.SetsOff([3, 2, 2, 2, 2], 9).Should().BeFalse("there are no more than five before it");
        LanguageModel.SetsOff([3, 2, 2, 2, 2, 2], 2.9f).Should().BeFalse("the first, 3, is the only one far enough back");
        LanguageModel.SetsOff([3, 2, 2, 2, 2, 2], 3.1f).Should().BeTrue();
        LanguageModel.SetsOff([3, 1, 2, 2, 2, 2, 2], 2).Should().BeTrue();
    }

    [Fact]
    public void From_there_on_it_predicts_by_the_mean_of_the_weights_of_all_steps()
    {
        var data = new PretrainData([.. Enumerable.Range(0, 40).Select(Row)], [Row(50), Row(51)], Steps, 0, "");
        using var model = new LanguageModel(data, BodyPlan.Of(Spec, Columns, data, 1), 40, Request("models") with { LanguageOptimiser = LanguageOptimiser.NtAsgd });
        var losses = new List<double>();
        while (model.Snapshot(0)[0].AveragedFrom is null)
        {
            model.Step(new ArraySegment<int>([.. Enumerable.Range(0, 40)]), -0.5f); // Uphill: each measure is worse than the one before.
            losses.Add(model.Measure().Loss);
        }
        losses.Should().HaveCount(LanguageModel.Patience + 2).And.BeInAscendingOrder();
        var sums = new double[Words * 8];
        for (var step = 1; step <= 3; step++)
        {
            model.Step(new ArraySegment<int>([.. Enumerable.Range(0, 40)]), 20);
            var (state, plain) = (model.Snapshot(0)[0], model.Snapshot(0)[0].Values["embedding_table"]);
            sums = [.. sums.Zip(plain, (sum, w) => sum + w)];
            state.Averages["embedding_table"].Zip(sums, (mean, sum) => Math.Abs(mean - (sum / step))).Max().Should().BeLessThan(1e-6, $"after step {step}");
        }
        var before = model.Measure().Loss;

        using var other = new LanguageModel(data, BodyPlan.Of(Spec, Columns, data, 1), 40, Request("models") with { LanguageOptimiser = LanguageOptimiser.NtAsgd });
        other.Resume(model.Snapshot(0));
        other.Measure().Loss.Should().Be(before, "what it goes on from has the means");
        other.Weights["embedding_table"].Should().Equal(model.Weights["embedding_table"], "the best are those of the first measure");
    }

    [Fact]
    public async Task What_is_no_language_model_is_refused()
    {
        async Task Refused<T>(string layers, string message)
            where T : Exception =>
            await FluentActions.Awaiting(() => PretrainRun.ExecuteAsync(Request("models") with { Network = NetworkSpec.Parse($$"""{ "layers": [ {{layers}}, { "type": "dropout", "rate": 0.5 } ] }""", "x.json") }, Context())).Should().ThrowAsync<T>().WithMessage(message);

        const string words = """{ "type": "embedding", "tokens": 12, "width": 8, "padding": 0 }""";
        await Refused<UsageException>("""{ "type": "dense", "units": 4 }""", "*first layer is dense, expected embedding*awd-lstm*");
        await Refused<UsageException>(words + """, { "type": "lstm", "units": 8, "bidirectional": true }""", "*layer 2 is lstm that reads both ways, expected*");
        await Refused<UsageException>(words + """, { "type": "poolSequence" }""", "*layer 2 is poolSequence, expected*");
        await Refused<UsageException>(words + """, { "type": "gru", "units": 6 }""", "*gives 6 units, the embedding's vectors have a width of 8, expected as many*");
        await Refused<DataException>(words.Replace("12", "6", StringComparison.Ordinal) + """, { "type": "lstm", "units": 8 }""", "a row holds * as a token id, expected whole numbers from 0 to 5*");
        await FluentActions.Awaiting(() => PretrainRun.ExecuteAsync(Request("models") with { Ar = -1 }, Context())).Should().ThrowAsync<UsageException>().WithMessage("--ar is -1, expected 0 or more");
    }

    /// <summary>Five to seven words, each the next of the one before, or now and then another.</summary>
    private static float[] Row(int row)
    {
        var (words, random) = (new float[Steps], new Random(row));
        (words[0], words[1]) = (1 + random.Next(11), 1 + random.Next(11));
        for (var i = 2; i < Steps - (row % 3); i++)
        {
            words[i] = 1 + (random.Next(10) == 0 ? random.Next(11) : (int)words[i - 1] % 11);
        }
        return words;
    }

    private static NetworkSpec Network(int tokens, int units, int more = 0) => NetworkSpec.Parse(
        $$"""{ "layers": [ { "type": "embedding", "tokens": {{tokens + more}}, "width": {{units}}, "padding": 0, "dropout": 0.05 }, { "type": "lstm", "units": {{units}}, "weightDropout": 0.1 }, { "type": "dropout", "rate": 0.5 }, { "type": "dense", "units": 4, "dropout": 0.2 } ] }""", "x.json");

    private static float[] Tensor(Network network, string name) => Tensors.ToFloats(network.Forward.Graph.Initializer.Single(t => t.Name == name));

    private PretrainRequest Request(string models) => new("t", [folder.File("pool")]) { Method = PretrainRequest.LanguageModel, Network = Spec, Steps = 200, Ar = 0.1f, Tar = 0.1f, RandomWindows = true, Models = folder.File(models), Seed = 1 };

    private static CommandContext Context() => new(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken);
}
