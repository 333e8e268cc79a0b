using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Torch;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Tests.Torch;

public class KeptStatisticsTests
{
    [Fact]
    public void A_pass_that_keeps_running_statistics_normalises_by_the_batch_all_the_same()
    {
        using var training = new SmallNetwork(3).Dense(3, 4).BatchNorm(4).Dense(4, 2).Train();
        using var scope = TorchSharp.torch.NewDisposeScope();
        var inputs = new Dictionary<string, Tensor> { ["x"] = TensorConversion.ToTensor(new float[] { 1, 2, 3, -1, 0, 4, 2, 2, 0 }, 3, 3) };
        float[] Logits(Pass pass) => TensorConversion.ToArray<float>(training.Network.Forward(inputs, ["logits"], pass)[0]);
        float[] Statistics() => [.. training.Network.Statistics.Values.SelectMany(TensorConversion.ToArray<float>)];
        var before = Statistics();

        var kept = Logits(new Pass(Training: true, KeepsStatistics: true));

        Statistics().Should().Equal(before);
        Logits(new Pass(Training: true)).Should().Equal(kept);
        Statistics().Should().NotEqual(before);
    }
}
