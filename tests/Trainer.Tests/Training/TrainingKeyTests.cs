using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Training;

public class TrainingKeyTests
{
    private static readonly LabelledRow[] Rows = [new("a", [1, 2], 0), new("b", [3, 4], 1), new("c", [5, 6], -1) { Possible = [0, 1] }];
    private static readonly TrainOptions Options = new();

    [Fact]
    public void A_key_changes_with_all_that_decides_a_training()
    {
        string[] keys =
        [
            Of(Options),
            Of(Options with { Seed = 1 }),
            Of(Options with { Epochs = 3 }),
            Of(Options with { Network = NetworkSpec.Load("cnn") }),
            Of(Options with { Network = Options.Network.WithDropout(0.1f) }),
            Of(Options with { Steps = new() { LearningRate = 0.002f } }),
            Of(Options with { Steps = new() { Optimiser = OptimiserKind.Sgd } }),
            Of(Options with { Loss = new() { Focal = 1 } }),
            Of(Options with { Sampler = new() { Kind = SamplerKind.Debias } }),
            TrainingKey.Of("other", Options, 1, Rows),
            TrainingKey.Of("command", Options, 2, Rows),
            TrainingKey.Of("command", Options, 1, Rows[..2], Rows[2..]),
            TrainingKey.Of("command", Options, 1, Rows.Reverse().ToArray()),
            TrainingKey.Of("command", Options, 1, [Rows[0] with { Class = 1 }, .. Rows[1..]]),
            TrainingKey.Of("command", Options, 1, [Rows[0] with { Features = [1, 2.5f] }, .. Rows[1..]]),
            TrainingKey.Of("command", Options, 1, [.. Rows[..2], Rows[2] with { Possible = [1] }]),
        ];

        keys.Should().OnlyHaveUniqueItems();
        Of(new TrainOptions()).Should().Be(keys[0]);
    }

    private static string Of(TrainOptions options) => TrainingKey.Of("command", options, 1, Rows);
}
