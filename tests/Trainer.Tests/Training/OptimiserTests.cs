using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Training;

public class OptimiserTests
{
    private const int Count = 37;
    private const int Steps = 6;
    private const double Rate = 0.05;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Adam_with_decay_matches_double_arithmetic(bool decays)
    {
        double m = 0, v = 0;
        Compare(new AdamW(WeightDecay: 0.1f), decays, (p, g, first, second, t) =>
        {
            m = (0.9 * first) + (0.1 * g);
            v = (0.999 * second) + (0.001 * g * g);
            var kept = p * (1 - (decays ? Rate * 0.1 : 0));
            return (kept - (Rate * (m / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-8)), m, v);
        });
    }

    [Fact]
    public void Adam_is_AdamW_without_decay()
    {
        var (plain, _) = Run(new Adam(), decays: true);
        var (decoupled, _) = Run(new AdamW(WeightDecay: 0), decays: true);
        plain.Should().Equal(decoupled);
    }

    [Theory]
    [InlineData(0f, false)]
    [InlineData(0.9f, false)]
    [InlineData(0.9f, true)]
    public void Sgd_matches_double_arithmetic(float momentum, bool nesterov) =>
        Compare(new Sgd(momentum, nesterov, WeightDecay: 0.1f), decays: true, (p, g, first, _, _) =>
        {
            var v = ((double)momentum * first) + g;
            return ((p * (1 - (Rate * 0.1))) - (Rate * (nesterov ? g + (momentum * v) : v)), v, 0);
        });

    [Fact]
    public void Vector_and_scalar_arithmetic_give_the_same_bits()
    {
        foreach (var optimiser in new Optimiser[] { new AdamW(WeightDecay: 0.1f), new Adam(), new Sgd(0.9f, true), new Sgd(0) })
        {
            var (whole, _) = Run(optimiser, decays: true);
            var (single, _) = Run(optimiser, decays: true, part: 1);
            whole.Should().Equal(single, optimiser.ToString());
        }
    }

    private static void Compare(
        Optimiser optimiser, bool decays, Func<double, double, double, double, int, (double P, double First, double Second)> reference)
    {
        var (actual, start) = Run(optimiser, decays);
        for (var i = 0; i < Count; i++)
        {
            double p = start[i], first = 0, second = 0;
            for (var t = 1; t <= Steps; t++)
            {
                (p, first, second) = reference(p, Gradient(i, t), first, second, t);
            }
            actual[i].Should().BeApproximately((float)p, 2e-6f);
        }
    }

    /// <summary>Spans of <paramref name="part"/> elements are shorter than a vector, so that only scalar code runs.</summary>
    private static (float[] Parameters, float[] Start) Run(Optimiser optimiser, bool decays, int part = Count)
    {
        var start = Enumerable.Range(0, Count).Select(i => MathF.Sin(i)).ToArray();
        var (parameters, first, second) = ((float[])start.Clone(), new float[Count], new float[Count]);
        for (var t = 1; t <= Steps; t++)
        {
            var gradients = Enumerable.Range(0, Count).Select(i => Gradient(i, t)).ToArray();
            for (var i = 0; i < Count; i += part)
            {
                optimiser.Update(
                    parameters.AsSpan(i, part), gradients.AsSpan(i, part), first.AsSpan(i, part), second.AsSpan(i, part), (float)Rate, t, decays);
            }
        }
        return (parameters, start);
    }

    private static float Gradient(int i, int step) => MathF.Cos((i * 1.7f) + step) * (i % 5);
}
