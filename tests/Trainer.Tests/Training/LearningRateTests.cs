using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Training;

public class LearningRateTests
{
    [Fact]
    public void Rises_linearly_then_falls_along_a_cosine()
    {
        var rate = new LearningRate(Peak: 1, WarmupSteps: 4, TotalSteps: 104, Floor: 0.1f);
        Enumerable.Range(0, 5).Select(rate.At).Should().Equal(0.25f, 0.5f, 0.75f, 1, 1);
        rate.At(54).Should().BeApproximately(0.55f, 1e-6f);
        rate.At(29).Should().BeApproximately(0.1f + (0.9f * 0.5f * (1 + MathF.Cos(MathF.PI / 4))), 1e-6f);
        rate.At(104).Should().Be(0.1f);
        rate.At(1000).Should().Be(0.1f);
    }

    [Fact]
    public void Without_warm_up_it_starts_at_the_peak() => new LearningRate(0.5f, 0, 10, 0).At(0).Should().Be(0.5f);
}
