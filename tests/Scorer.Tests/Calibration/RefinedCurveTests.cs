using ParquetPool.Randomness;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Statistics;

namespace ParquetPool.Scorer.Tests.Calibration;

public sealed class RefinedCurveTests
{
    private static readonly double[] Listed = [.. Enumerable.Range(0, 1000).Select(i => 1 - (i / 2000.0))];

    // Duplicates are as likely as this; the audit's estimate is too hopeful.
    private static double Truth(double similarity) => Math.Clamp((similarity - 0.6) / 0.3, 0, 1);

    [Fact]
    public void Many_judgements_outweigh_a_wrong_estimate()
    {
        var curve = RefinedCurve.Of("test-train", Judge(600), Estimate(0.95), Listed, seed: 0);
        var point = curve.AtPrecision(0.9)!;
        Listed.Where(s => s >= point.Similarity).Average(Truth).Should().BeApproximately(0.9, 0.03);
        curve.Points.Should().OnlyContain(p => p.ChanceInterval.Low <= p.Chance + 0.05 && p.Chance <= p.ChanceInterval.High + 0.05);
        curve.Points.Select(p => p.Chance).Should().BeInDescendingOrder();
    }

    [Fact]
    public void Few_judgements_leave_the_estimate_nearly_as_it_is_and_tell_so()
    {
        var curve = RefinedCurve.Of("test-train", [(0.999, true), (0.501, false)], Estimate(0.7), Listed, seed: 0);
        curve.Points.Single(p => p.Pairs == curve.Points[^1].Pairs / 2 || Math.Abs(p.Similarity - 0.75) < 0.005).Chance.Should().BeApproximately(0.7, 0.05);
        curve.Judged.Should().Be(2);
    }

    [Fact]
    public void More_judgements_make_narrower_intervals()
    {
        double Width(int judgements) => RefinedCurve.Of("test-train", Judge(judgements), [], Listed, seed: 0).Points.Average(p => p.PrecisionInterval.High - p.PrecisionInterval.Low);
        Width(500).Should().BeLessThan(Width(60) / 2);
    }

    private static (double, bool)[] Judge(int count)
    {
        var random = new PhiloxStream(5, 0);
        return [.. Enumerable.Range(0, count).Select(_ => Listed[random.Below(Listed.Length)]).Select(s => (s, random.Uniform() < Truth(s)))];
    }

    private static CalibrationCut[] Estimate(double share) =>
        [.. Enumerable.Range(1, 50).Select(i => new CalibrationCut(1 - (i / 100.0), i * 20, 0, share, new Interval(share, share), share))];
}
