using ParquetPool.Randomness;
using ParquetPool.Scorer.Overlaps;

namespace ParquetPool.Scorer.Tests.Overlaps;

public class GreyPlaneTests
{
    private static readonly GreyPlane Plane = Random(19, 11, 1);

    [Fact]
    public void A_correlation_is_Pearsons()
    {
        var laid = Random(9, 5, 2);
        var (centred, norm) = laid.Centred();
        var field = new SummedPlane(Plane);
        for (var top = 0; top <= 6; top++)
        {
            for (var left = 0; left <= 10; left++)
            {
                var (a, b) = (Levels(laid, 0, 0, 9, 5), Levels(Plane, left, top, 9, 5));
                var (meanA, meanB) = (a.Average(), b.Average());
                var expected = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum() / Math.Sqrt(a.Sum(x => Math.Pow(x - meanA, 2)) * b.Sum(y => Math.Pow(y - meanB, 2)));
                field.Correlation(centred, norm, left, top, 1).Should().BeApproximately(expected, 1e-5);
            }
        }
        field.Correlation(centred, norm, 0, 0, 1000).Should().Be(0);
    }

    [Fact]
    public void Turning_four_times_or_mirroring_twice_changes_nothing()
    {
        foreach (var facing in Enum.GetValues<Facing>())
        {
            var laid = Plane.Laid(facing);
            (laid.Width, laid.Height).Should().Be(facing.SwapsSides() ? (11, 19) : (19, 11));
            var back = Enumerable.Range(0, facing.IsMirrored() ? 0 : (4 - facing.Quarters()) % 4).Aggregate(facing.IsMirrored() ? laid.Laid(facing) : laid, (plane, _) => plane.Laid(Facing.Turned90));
            Levels(back).Should().Equal(Levels(Plane));
        }
        Plane.Laid(Facing.Turned90).Line(0)[0].Should().Be(Plane.Line(10)[0]);
        Plane.Laid(Facing.Mirrored).Line(0)[0].Should().Be(Plane.Line(0)[18]);
    }

    [Fact]
    public void Resizing_takes_means_weighted_by_triangles()
    {
        var (halved, twice) = (Plane.Resized(10, 11), Random(4, 1, 3).Resized(8, 1));
        for (var x = 0; x < 10; x++)
        {
            var middle = ((x + 0.5) * 1.9) - 0.5;
            var weights = Enumerable.Range(0, 19).Select(from => Math.Max(0, 1 - (Math.Abs(from - middle) / 1.9))).ToArray();
            ((double)halved.Line(3)[x]).Should().BeApproximately(weights.Select((weight, from) => weight * Plane.Line(3)[from]).Sum() / weights.Sum(), 1e-3);
        }
        var line = Random(4, 1, 3).Line(0).ToArray();
        ((double)twice.Line(0)[3]).Should().BeApproximately((0.75 * line[1]) + (0.25 * line[2]), 1e-4);
    }

    [Fact]
    public void Details_are_what_differs_from_two_means_over_squares()
    {
        double Mean(Func<int, int, double> of, int x, int y) =>
            (from down in Enumerable.Range(-1, 3) from across in Enumerable.Range(-1, 3) select of(Math.Clamp(x + across, 0, 18), Math.Clamp(y + down, 0, 10))).Average();
        var detail = Plane.Detail(1);

        foreach (var (x, y) in new[] { (0, 0), (7, 5), (18, 10) })
        {
            ((double)detail.Line(y)[x]).Should().BeApproximately(Plane.Line(y)[x] - Mean((a, b) => Mean((c, d) => Plane.Line(d)[c], a, b), x, y), 1e-3);
        }
    }

    private static GreyPlane Random(int width, int height, ulong seed)
    {
        var (plane, random) = (new GreyPlane(width, height), new PhiloxStream(seed, 0));
        for (var y = 0; y < height; y++)
        {
            foreach (ref var level in plane.Line(y))
            {
                level = random.Below(256);
            }
        }
        return plane;
    }

    private static double[] Levels(GreyPlane plane) => Levels(plane, 0, 0, plane.Width, plane.Height);

    private static double[] Levels(GreyPlane plane, int left, int top, int width, int height) =>
        [.. Enumerable.Range(top, height).SelectMany(y => plane.Line(y).Slice(left, width).ToArray()).Select(level => (double)level)];
}
