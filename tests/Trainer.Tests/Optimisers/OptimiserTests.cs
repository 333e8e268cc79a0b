using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Tests.Optimisers;

public class OptimiserTests
{
    private const int Count = 37;
    private const int Steps = 6;
    private const float Rate = 0.05f;

    [Theory]
    [InlineData(OptimiserKind.AdamW, true)]
    [InlineData(OptimiserKind.AdamW, false)]
    [InlineData(OptimiserKind.Adam, true)]
    public void Adam_matches_double_arithmetic(OptimiserKind kind, bool matrix)
    {
        var decay = kind == OptimiserKind.AdamW && matrix ? Optimiser.WeightDecay : 0;
        Compare(kind, matrix, (p, g, first, second, t) =>
        {
            var (m, v) = ((0.9 * first) + (0.1 * g), (0.999 * second) + (0.001 * g * g));
            return ((p * (1 - (Rate * decay))) - (Rate * (m / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-8)), m, v);
        });
    }

    [Fact]
    public void Sgd_matches_double_arithmetic() =>
        Compare(OptimiserKind.Sgd, matrix: true, (p, g, first, _, _) =>
        {
            var v = (0.9 * first) + g;
            return (p - (Rate * v), v, 0);
        });

    [Fact]
    public void Sgd_without_momentum_goes_down_the_gradient()
    {
        using var scope = torch.NewDisposeScope();
        var parameter = Start(matrix: true).requires_grad_();
        using var optimiser = new Optimiser(OptimiserKind.Sgd, new Dictionary<string, Tensor> { ["p"] = parameter }, momentum: 0);
        foreach (var step in (int[])[1, 2])
        {
            parameter.grad = Gradient(step, matrix: true);
            optimiser.Step(Rate, step);
        }

        TensorConversion.ToArray<float>(parameter).Index().Should().OnlyContain(p => Math.Abs(p.Item - (MathF.Sin(p.Index) - (Rate * (GradientOf(p.Index, 1) + GradientOf(p.Index, 2))))) < 1e-6f);
    }

    [Fact]
    public void Rmsprop_matches_double_arithmetic() =>
        Compare(OptimiserKind.RmsProp, matrix: true, (p, g, first, _, _) =>
        {
            var v = (0.99 * first) + (0.01 * g * g);
            return (p - (Rate * g / (Math.Sqrt(v) + 1e-8)), v, 0);
        });

    [Theory]
    [InlineData(OptimiserKind.AdamW)]
    [InlineData(OptimiserKind.Adam)]
    [InlineData(OptimiserKind.Sgd)]
    [InlineData(OptimiserKind.RmsProp)]
    public void It_is_what_torch_optim_does(OptimiserKind kind)
    {
        var (own, _) = Run(kind, matrix: true);
        using var scope = torch.NewDisposeScope();
        var parameter = new TorchSharp.Modules.Parameter(Start(matrix: true));
        TorchSharp.Modules.OptimizerHelper optimiser = kind switch
        {
            OptimiserKind.AdamW => torch.optim.AdamW([parameter], Rate, weight_decay: Optimiser.WeightDecay),
            OptimiserKind.Adam => torch.optim.Adam([parameter], Rate),
            OptimiserKind.Sgd => torch.optim.SGD([parameter], Rate, momentum: 0.9),
            _ => torch.optim.RMSProp([parameter], Rate),
        };
        for (var t = 1; t <= Steps; t++)
        {
            parameter.grad = Gradient(t, matrix: true);
            optimiser.step();
        }

        TensorConversion.ToArray<float>(parameter).Zip(own, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-6f);
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays()
    {
        using var scope = torch.NewDisposeScope();
        var (moved, still) = (Start(matrix: true).requires_grad_(), Start(matrix: true).requires_grad_());
        using var optimiser = new Optimiser(OptimiserKind.AdamW, new Dictionary<string, Tensor> { ["moved"] = moved, ["still"] = still });
        moved.grad = Gradient(1, matrix: true);

        optimiser.Step(Rate, 1);

        TensorConversion.ToArray<float>(still).Should().Equal(TensorConversion.ToArray<float>(Start(matrix: true)));
        TensorConversion.ToArray<float>(moved).Should().NotEqual(TensorConversion.ToArray<float>(still));
    }

    private static void Compare(OptimiserKind kind, bool matrix, Func<double, double, double, double, int, (double P, double First, double Second)> reference)
    {
        var (actual, start) = Run(kind, matrix);
        for (var i = 0; i < Count; i++)
        {
            double p = start[i], first = 0, second = 0;
            for (var t = 1; t <= Steps; t++)
            {
                (p, first, second) = reference(p, GradientOf(i, t), first, second, t);
            }
            actual[i].Should().BeApproximately((float)p, 2e-6f);
        }
    }

    private static (float[] Parameters, float[] Start) Run(OptimiserKind kind, bool matrix)
    {
        using var scope = torch.NewDisposeScope();
        var parameter = Start(matrix).requires_grad_();
        using var optimiser = new Optimiser(kind, new Dictionary<string, Tensor> { ["p"] = parameter });
        for (var t = 1; t <= Steps; t++)
        {
            parameter.grad = Gradient(t, matrix);
            optimiser.Step(Rate, t);
        }
        return (TensorConversion.ToArray<float>(parameter), TensorConversion.ToArray<float>(Start(matrix)));
    }

    private static Tensor Start(bool matrix) => Tensor(MathF.Sin, matrix);

    private static Tensor Gradient(int step, bool matrix) => Tensor(i => GradientOf((int)i, step), matrix);

    private static Tensor Tensor(Func<float, float> value, bool matrix)
    {
        TorchLibrary.Use();
        return TensorConversion.ToTensor([.. Enumerable.Range(0, Count).Select(i => value(i))], matrix ? [1, Count] : [Count]);
    }

    private static float GradientOf(int i, int step) => MathF.Cos((i * 1.7f) + step) * (i % 5);
}
