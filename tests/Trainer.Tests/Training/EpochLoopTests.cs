using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Training;

public class EpochLoopTests
{
    private static readonly TrainingSet Set = Blobs.Set(60);

    private static readonly TrainOptions Options = new()
    {
        Network = NetworkSpec.Parse("""{ "layers": [ { "type": "dense", "units": 8 }, { "type": "dropout", "rate": 0.3 } ] }""", "test"),
        Augment = new() { Strength = AugmentStrength.Strong },
    };

    [Fact]
    public void After_the_epochs_that_alter_rows_they_are_learnt_from_as_they_are()
    {
        var asTheyAre = Loss(epoch: 2, new AugmentOptions());

        Loss(epoch: 2, Options.Augment, alteredEpochs: 1).Should().Be(asTheyAre);
        Loss(epoch: 2, Options.Augment, alteredEpochs: 2).Should().NotBe(asTheyAre);
    }

    [Theory]
    [InlineData(AugmentStrength.Light, "20, all taken: 9 held-out rows are too few to stop by")]
    [InlineData(AugmentStrength.Medium, "20, all taken: 9 held-out rows are too few to stop by; rows are altered up to epoch 16")]
    [InlineData(AugmentStrength.Strong, "20, all taken: 9 held-out rows are too few to stop by; rows are altered up to epoch 16")]
    public void The_recipe_tells_how_long_rows_are_altered(AugmentStrength strength, string told) =>
        TrainRun.Execute(Set, Options with { Augment = new() { Strength = strength }, Epochs = 20 }, stopping: TestContext.Current.CancellationToken).Recipe["maxEpochs"].Should().Be(told);

    private static double Loss(int epoch, AugmentOptions augment, int alteredEpochs = int.MaxValue)
    {
        var options = Options with { Augment = augment };
        var network = TrainRun.Build(Set, options, standardisation: null);
        using var classifier = new Classifier(network, Set.Classes.Count, options, freezeBatchNorm: false);
        return new EpochLoop(classifier, Set, options, TrainRun.AugmenterOf(network, Set, options), _ => 1e-3f, shapingEpochs: 0, alteredEpochs).Learn(epoch, TestContext.Current.CancellationToken).TrainLoss;
    }
}
