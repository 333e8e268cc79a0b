using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Tests.Torch;

public class MixedPrecisionTests
{
    private static readonly (float[] X, int Class)[] Rows = [.. Enumerable.Range(0, 32).Select(r => (Enumerable.Range(0, 100).Select(i => MathF.Sin((i * (r % 2 == 0 ? 0.9f : 0.2f)) + r)).ToArray(), r % 2))];

    [Fact]
    public void Logits_are_float32_and_near_those_of_float32_but_not_the_same()
    {
        using var training = Network().Train();
        using var scope = torch.NewDisposeScope();

        var (whole, mixed) = (Logits(training, mixed: false), Logits(training, mixed: true));

        mixed.dtype.Should().Be(torch.ScalarType.Float32);
        var (expected, actual) = (TensorConversion.ToArray<float>(whole), TensorConversion.ToArray<float>(mixed));
        var apart = actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max();
        apart.Should().BePositive().And.BeLessThan(0.03f * expected.Max(Math.Abs));
    }

    [Fact]
    public void Gradients_are_float32_and_near_those_of_float32()
    {
        using var training = Network().Train();
        Dictionary<string, float[]> Gradients(bool mixed)
        {
            using var scope = torch.NewDisposeScope();
            foreach (var parameter in training.Network.Parameters.Values)
            {
                parameter.grad = null;
            }
            Logits(training, mixed).Squared().mean().backward();
            training.Network.Parameters.Values.Should().OnlyContain(p => p.grad!.dtype == torch.ScalarType.Float32);
            return training.Network.Parameters.ToDictionary(p => p.Key, p => TensorConversion.ToArray<float>(p.Value.grad!));
        }

        var (expected, actual) = (Gradients(mixed: false), Gradients(mixed: true));

        // The bias before a batch normalisation has no gradient but rounding.
        var whole = Math.Sqrt(expected.Values.Sum(g => g.Sum(v => (double)v * v)));
        foreach (var (name, values) in expected)
        {
            var norm = Math.Sqrt(values.Sum(v => (double)v * v));
            Math.Sqrt(actual[name].Zip(values, (a, e) => Math.Pow(a - e, 2)).Sum()).Should().BeLessThan((0.05 * norm) + (0.01 * whole), name);
        }
    }

    [Fact]
    public void A_network_learns_in_mixed_precision_and_predicts_in_float32()
    {
        using var training = Network().Train(new TrainOptions { Seed = 1, MixedPrecision = true });
        using var plain = Network().Train(new TrainOptions { Seed = 1 });

        plain.Loss(Rows).Should().Be(training.Loss(Rows), "nothing is learned yet, and what is predicted is not rounded");
        for (var step = 0; step < 60; step++)
        {
            training.Step(Rows, 0.01f);
        }
        training.Accuracy(Rows).Should().BeGreaterThan(0.95);
    }

    [Fact]
    public void Dropout_keeps_the_mean()
    {
        using var training = new SmallNetwork(100).Dense(100, 64).Dropout(0.1f).Train();
        using var scope = torch.NewDisposeScope();
        double Sum(bool mixed) => TensorConversion.ToArray<float>(Forward(training, new Pass(Training: true, Mixed: mixed), 100)).Sum(v => (double)Math.Abs(v));

        (Sum(mixed: true) / Sum(mixed: false)).Should().BeApproximately(1, 5e-4, "1 / 0.9 is 1.1094 in bfloat16");
    }

    private static SmallNetwork Network() => new SmallNetwork(1, 10, 10).Conv(1, 4).BatchNorm(4).Then("Relu").Pool().Then("Flatten").Dropout(0.2f).Dense(64, 2);

    private static Tensor Logits(SmallTraining training, bool mixed) => Forward(training, new Pass(Training: true, Seed: 3, Step: 1, Mixed: mixed), 1, 10, 10);

    private static Tensor Forward(SmallTraining training, Pass pass, params long[] dims) =>
        training.Network.Forward(new Dictionary<string, Tensor> { ["x"] = TensorConversion.ToTensor([.. Rows.SelectMany(r => r.X)], [Rows.Length, .. dims]) }, ["logits"], pass)[0];
}
