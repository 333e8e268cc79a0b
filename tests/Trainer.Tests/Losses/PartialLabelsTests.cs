using ParquetPool.Trainer.Losses;
using TorchSharp;

namespace ParquetPool.Trainer.Tests.Losses;

public class PartialLabelsTests
{
    private const double Closed = double.NegativeInfinity;
    private static readonly double[] Logits = [0.5, -1, 2, 0.1, 400, -400, 0, 3, 1, 1, 1, 1];
    private static readonly double[] Open = [0, 0, Closed, Closed, 0, Closed, Closed, Closed, 0, 0, 0, 0];

    [Fact]
    public void The_loss_is_the_surprise_at_one_of_the_classes_left_open()
    {
        using var scope = torch.NewDisposeScope();

        var found = PartialLabels.Of(Numbers.Tensor(Logits, 3, 4), Numbers.Tensor(Open, 3, 4)).data<double>().ToArray();

        double Sum(params double[] z) => z.Sum(Math.Exp);
        found[0].Should().BeApproximately(-Math.Log(Sum(0.5, -1) / Sum(0.5, -1, 2, 0.1)), 1e-12);
        found[1].Should().BeApproximately(0, 1e-12, "the class is certain, and e^400 is no number");
        found[2].Should().Be(0, "all classes are open");
        PartialLabels.Of(Numbers.Tensor([400, -400, 0, 3], 1, 4), Numbers.Tensor([Closed, 0, Closed, Closed], 1, 4)).item<double>().Should().BeApproximately(800, 1e-9);
    }

    [Fact]
    public void With_one_class_left_it_is_the_cross_entropy()
    {
        using var scope = torch.NewDisposeScope();
        double[] logits = [0.5, -1, 2, 0.1];

        PartialLabels.Of(Numbers.Tensor(logits, 1, 4), Numbers.Tensor([Closed, 0, Closed, Closed], 1, 4)).item<double>()
            .Should().BeApproximately(default(CrossEntropy).Of(Numbers.Tensor(logits, 1, 4), Numbers.Tensor([0, 1, 0, 0], 1, 4)).item<double>(), 1e-12);
    }

    [Fact]
    public void Gradients_match_finite_differences_and_rows_that_leave_all_open_have_none()
    {
        using var scope = torch.NewDisposeScope();
        double[] near = [0.5, -1, 2, 0.1, 4, -4, 0, 3, 1, 1.5, 1, 1];
        Numbers.CheckGradient(x => PartialLabels.Of(x, Numbers.Tensor(Open, 3, 4)).sum(), near, 3, 4);

        var logits = Numbers.Tensor(near, 3, 4).requires_grad_();
        PartialLabels.Of(logits, Numbers.Tensor(Open, 3, 4)).sum().backward();

        logits.grad!.data<double>().ToArray()[8..].Should().OnlyContain(g => g == 0);
    }
}
