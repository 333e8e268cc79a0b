using ParquetPool.Statistics;

namespace ParquetPool.Shared.Tests.Statistics;

public sealed class IntervalTests
{
    [Fact]
    public void Its_ends_lie_between_values_by_a_straight_line_whatever_their_order()
    {
        Interval.MiddleOf(Enumerable.Range(0, 101).Select(i => 100.0 - i)).Should().Be(new Interval(2.5, 97.5));
        Interval.MiddleOf([3, 1]).Low.Should().BeApproximately(1.05, 1e-12);
    }

    [Fact]
    public void Of_one_value_it_is_that_value() => Interval.MiddleOf([7]).Should().Be(new Interval(7, 7));

    [Fact]
    public void Of_a_mean_it_is_that_of_students_t()
    {
        // 1, 2, 3: s = 1, t(2) = 4.302653, so 2 ± 4.302653 / √3.
        var of = Interval.OfMean([1, 2, 3])!;
        of.Low.Should().BeApproximately(2 - 2.484138, 1e-5);
        of.High.Should().BeApproximately(2 + 2.484138, 1e-5);
        // 0, 0, 0, 0, 10: s = √20, t(4) = 2.776445, so 2 ± 2.776445 · 2.
        Interval.OfMean([0, 0, 0, 0, 10])!.High.Should().BeApproximately(2 + 5.552890, 1e-5);
        Interval.OfMean([4, 4]).Should().Be(new Interval(4, 4));
        Interval.OfMean([4]).Should().BeNull();
    }
}
