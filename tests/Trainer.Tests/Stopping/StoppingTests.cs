using ParquetPool.Trainer.Stopping;

namespace ParquetPool.Trainer.Tests.Stopping;

public sealed class StoppingTests
{
    [Fact]
    public void Kappa_is_agreement_beyond_chance()
    {
        Agreement.Of(["a", "a", "b", "b"], ["a", "a", "b", "b"]).Should().Be(new Agreement(0, 1));
        Agreement.Of(["a", "a", "b", "b"], ["a", "b", "a", "b"]).Should().Be(new Agreement(0.5, 0), "half agree, as by chance");
        Agreement.Of([1, 1], [1, 1]).Kappa.Should().Be(1, "one class only");
        Agreement.Of([1, 1, 2, 3], [1, 2, 2, 3]).Kappa.Should().BeApproximately((0.75 - 0.3125) / (1 - 0.3125), 1e-12);
    }

    [Fact]
    public void The_gain_of_a_curve_that_grows_with_the_logarithm_is_exact()
    {
        int[] labels = [500, 700, 900, 1000];

        var gain = ExpectedGain.Of([.. labels.Select(n => new MeasuredAccuracy(n, 0.2 + (0.08 * Math.Log(n)), 10_000))])!;

        gain.Value.Should().BeApproximately(0.08 * Math.Log(1.1), 1e-9);
        gain.Low.Should().BePositive();
        (gain.High - gain.Value).Should().BeApproximately(gain.Value - gain.Low, 1e-12);
    }

    [Fact]
    public void Fewer_rows_to_measure_on_and_more_scatter_say_less()
    {
        double Width(long rows, double scatter) => ExpectedGain.Of([new(100, 0.6 + scatter, rows), new(120, 0.62 - scatter, rows), new(140, 0.64 + scatter, rows), new(160, 0.66 - scatter, rows)]) is { } g ? g.High - g.Low : 0;

        Width(1000, 0).Should().BeGreaterThan(2 * Width(10_000, 0));
        Width(10_000, 0.05).Should().BeGreaterThan(2 * Width(10_000, 0));
    }

    [Fact]
    public void Two_rounds_or_one_count_of_labels_say_nothing()
    {
        ExpectedGain.Of([new(100, 0.5, 50), new(200, 0.6, 50)]).Should().BeNull();
        ExpectedGain.Of([new(100, 0.5, 50), new(100, 0.6, 50), new(100, 0.6, 50)]).Should().BeNull();
    }

    [Theory]
    [InlineData(0.02, 0.01, 0.999, "Go on: 100 more labels are expected to bring +2.0 points of accuracy [+1.0, +3.0]*")]
    [InlineData(0.001, -0.01, 0.999, "Stop: predictions have settled*")]
    [InlineData(0.001, -0.01, 0.9, "Go on for now*may be nothing*not settled*changed 3.0%*")]
    [InlineData(4.0, -1.0, 0.9, "Too early to say*so few rows are held out*within 500 points only.")]
    [InlineData(-0.01, -0.03, 0.9, "No gain is in sight (100 more labels: -1.0 points*not settled yet*changed 3.0%*one more query*stop*")]
    [InlineData(-0.02, -0.03, 0.9, "Do not go on as before*falls*-2.0 points*disagreements.csv*")]
    public void The_advice_is_one_sentence(double gain, double low, double kappa, string advice) =>
        StoppingAdvice.Of(new ExpectedGain(gain, low, (2 * gain) - low), [new(0.5, 0.1), .. Enumerable.Repeat(new Agreement(0.03, kappa), 3)]).Should().Match(advice);

    [Fact]
    public void Before_three_rounds_it_is_too_early_to_say() => StoppingAdvice.Of(null, []).Should().StartWith("Too early");
}
