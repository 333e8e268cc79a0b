using ParquetPool.Trainer.Optimisers;

namespace ParquetPool.Trainer.Tests.Optimisers;

public class LearningRateTests
{
    [Fact]
    public void Rises_linearly_then_falls_along_a_cosine()
    {
        var rate = new LearningRate(Peak: 1, WarmupSteps: 4, TotalSteps: 104);
        Enumerable.Range(0, 5).Select(rate.At).Should().Equal(0.25f, 0.5f, 0.75f, 1, 1);
        rate.At(54).Should().BeApproximately(0.5f, 1e-6f);
        rate.At(29).Should().BeApproximately(0.5f * (1 + MathF.Cos(MathF.PI / 4)), 1e-6f);
        rate.At(104).Should().Be(0);
        rate.At(1000).Should().Be(0);
    }

    [Fact]
    public void Without_warm_up_it_starts_at_the_peak() => new LearningRate(0.5f, 0, 10).At(0).Should().Be(0.5f);

    [Fact]
    public void Steps_fall_to_a_tenth_and_a_hundredth()
    {
        var rate = new LearningRate(1, 4, 100, RateSchedule.Step);
        int[] steps = [0, 3, 49, 50, 74, 75, 1000];
        steps.Select(rate.At).Should().Equal(0.25f, 1, 1, 0.1f, 0.1f, 0.01f, 0.01f);
    }

    [Fact]
    public void One_cycle_is_that_of_torch_optim()
    {
        var rate = new LearningRate(0.3f, 10, 100, RateSchedule.OneCycle);

        rate.At(0).Should().BeApproximately(0.3f / 25, 1e-7f);
        rate.At(29).Should().BeApproximately(0.3f, 1e-7f);
        rate.At(14).Should().BeApproximately((float)(0.3 + ((0.012 - 0.3) * 0.5 * (1 + Math.Cos(Math.PI * 14 / 29)))), 1e-6f);
        rate.At(64).Should().BeApproximately((float)(1.2e-6 + ((0.3 - 1.2e-6) * 0.5 * (1 + Math.Cos(Math.PI * 35 / 70)))), 1e-6f);
        rate.At(99).Should().BeApproximately(1.2e-6f, 1e-9f);
        rate.At(500).Should().Be(rate.At(99));
        new LearningRate(0.3f, 0, 1, RateSchedule.OneCycle).At(0).Should().BePositive();
    }
}
