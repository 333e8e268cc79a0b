using ParquetPool.Scorer.Overlaps;

namespace ParquetPool.Scorer.Tests.Overlaps;

public class OverlapScaleTests
{
    private const int Near = 11;

    [Fact]
    public void An_overlap_counts_as_the_cosine_that_as_many_pairs_reach()
    {
        var scale = OverlapScale.Of(Rows(1000, Overlap));

        foreach (var cosine in new[] { 0.99, 0.995, 0.9999 })
        {
            scale.CosineOf(Overlap(cosine)).Should().BeApproximately(cosine, 1e-3);
        }
        scale.CosineOf(1).Should().BeInRange(0.99, 1);
        Enumerable.Range(1, 100).Select(i => scale.CosineOf(i / 100.0)).Should().BeInAscendingOrder();
    }

    [Fact]
    public void Copies_among_the_rows_do_not_move_the_scale()
    {
        var without = OverlapScale.Of(Rows(1000, Overlap));
        var with = OverlapScale.Of(Rows(1000, Overlap).Select((row, i) => i % 2 == 0 ? row : (IReadOnlyList<(double, double)>)[(1, 1), .. row.Skip(1)]));

        with.CosineOf(0.8).Should().BeApproximately(without.CosineOf(0.8), 0.02);
    }

    [Fact]
    public void Few_pairs_many_copies_and_pairs_that_are_all_alike_leave_overlaps_as_they_are()
    {
        OverlapScale.Of(Rows(90, Overlap)).CosineOf(0.4).Should().Be(0.4);
        OverlapScale.Of(Rows(1000, cosine => cosine)).CosineOf(0.4).Should().Be(0.4, "so many pictures fit that they are copies");
        OverlapScale.Of(Rows(1000, _ => -1)).CosineOf(0.4).Should().Be(0.4);
        OverlapScale.Of([]).CosineOf(0.4).Should().Be(0.4);
    }

    /// <summary>Of which few are above 0.</summary>
    private static double Overlap(double cosine) => 1 - (3000 * Math.Pow(1 - cosine, 2));

    /// <summary>Rows with so many near ones whose cosines are spread evenly.</summary>
    private static IEnumerable<IReadOnlyList<(double Cosine, double Overlap)>> Rows(int count, Func<double, double> overlap)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => (IReadOnlyList<(double, double)>)[.. Enumerable.Range(0, Near).Select(_ => random.NextDouble()).Select(cosine => (cosine, overlap(cosine)))])];
    }
}
