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
}
