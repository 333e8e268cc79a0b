using ParquetPool.Graphs;
using ParquetPool.Trainer.Tests.Transfer;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Tests.Training;

public class FineTuningTests
{
    [Fact]
    public void A_new_head_takes_what_the_model_gives_centred_and_scaled_whatever_its_scale()
    {
        var set = Blobs.Set(200);
        TrainedNetwork Scaled(float factor)
        {
            var package = GivenModels.Vectors(Blobs.Width);
            foreach (var name in (string[])["body.weight", "body.bias"])
            {
                var tensor = package.Model.Graph.Initializer.Single(t => t.Name == name);
                tensor.RawData = Tensors.Float(name, [.. Tensors.ToFloats(tensor).Select(v => v * factor)], [.. tensor.Dims]).RawData;
            }
            return Train(new TransferSpec(package) { Freeze = ["*"] }, set);
        }

        var (small, plain, large) = (Scaled(1 / 1024f), Scaled(1), Scaled(1024));

        plain.Best.HoldoutAccuracy.Should().BeGreaterThan(0.9);
        small.HoldoutLogits.Should().Equal(plain.HoldoutLogits, (a, e) => Math.Abs(a - e) < 1e-2);
        large.HoldoutLogits.Should().Equal(plain.HoldoutLogits, (a, e) => Math.Abs(a - e) < 1e-2);
        Values(small, "head_scale")[0].Should().BeApproximately(1024 * Values(plain, "head_scale")[0], 1);
    }

    [Fact]
    public void The_head_has_learned_before_the_model_does()
    {
        var trained = Train(new TransferSpec(GivenModels.Vectors(Blobs.Width)), Blobs.Set(200), epochs: 2);

        trained.History[0].HoldoutAccuracy.Should().BeGreaterThan(0.9, "two epochs alone would not do");
        trained.Recipe.Should().ContainKey("headAlone");
        trained.History.Should().HaveCount(2);
    }

    [Fact]
    public void Few_held_out_rows_do_not_choose_the_epoch()
    {
        TrainedNetwork Trained(int rows) => Train(new TransferSpec(GivenModels.Vectors(Blobs.Width)) { Freeze = ["*"] }, Blobs.Set(rows), epochs: 12);

        var (few, many) = (Trained(60), Trained(400));

        few.Best.Number.Should().Be(12);
        few.Recipe["maxEpochs"].Should().Match("12, all taken: * held-out rows are too few to stop by");
        many.Best.HoldoutLoss.Should().Be(many.History.Min(e => e.HoldoutLoss));
        many.Recipe["maxEpochs"].Should().Contain("stops after");
    }

    private static TrainedNetwork Train(TransferSpec spec, TrainingSet set, int epochs = 30) => TrainRun.Execute(set, new TrainOptions { From = spec, Epochs = epochs, Steps = new() { LearningRate = 5e-3f } });

    private static float[] Values(TrainedNetwork trained, string name) => Tensors.ToFloats(trained.Network.Forward.Graph.Initializer.Single(t => t.Name == name));
}
