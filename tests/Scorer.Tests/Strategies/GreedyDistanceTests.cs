using FsCheck;
using FsCheck.Fluent;
using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Scorer.Tests.Strategies;

/// <summary>k-centre greedy and BADGE against their definitions, written plainly.</summary>
public class GreedyDistanceTests
{
    private const int Width = 5;
    private const int Classes = 3;

    private static readonly Arbitrary<(int Rows, int Labelled, uint Stream)> Sizes =
        (from rows in Gen.Choose(1, 30) from labelled in Gen.Choose(0, 4) from stream in Gen.Choose(0, 1000) select (rows, labelled, (uint)stream)).ToArbitrary();

    [Fact]
    public void CoreSetTakesTheRowFarthestFromAllCentres()
    {
        Prop.ForAll(Sizes, c =>
        {
            var points = TestModels.Numbers(c.Stream, c.Rows * Width);
            var labelled = TestModels.Numbers(2000 + c.Stream, c.Labelled * Width);
            double[] draws = [.. Enumerable.Range(0, c.Rows).Select(i => i * 7 % 31 / 31.0)];
            var strategy = new CoreSet(new Points(points, Width), new Points(labelled, Width), draws);
            var centres = labelled.Chunk(Width).ToList();
            var rows = points.Chunk(Width).ToArray();
            foreach (var (choice, open) in ChooseAll(strategy, c.Rows, every: 2))
            {
                double Nearest(int row) => centres.Min(x => Distance(x, rows[row]));
                if (centres.Count == 0)
                {
                    choice.Row.Should().Be(open.MaxBy(i => draws[i]));
                }
                else
                {
                    choice.Value.Should().BeApproximately(open.Max(Nearest), 1e-6);
                    choice.Value.Should().BeApproximately(Nearest(choice.Row), 1e-6);
                }
                centres.Add(rows[choice.Row]);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void BadgeMeasuresGradientsWithoutWritingThemDown()
    {
        Prop.ForAll(Sizes, c =>
        {
            var points = TestModels.Numbers(c.Stream, c.Rows * Width);
            var probabilities = Probabilities(3000 + c.Stream, c.Rows, Classes);
            var strategy = new Badge(probabilities, Classes, new Points(points, Width), c.Stream);
            var gradients = Enumerable.Range(0, c.Rows).Select(i => Gradient(probabilities.AsSpan(i * Classes, Classes), points.AsSpan(i * Width, Width))).ToArray();
            var centres = new List<float[]>();
            foreach (var (choice, open) in ChooseAll(strategy, c.Rows, every: 2))
            {
                double Nearest(int row) => centres.Min(x => Math.Pow(Distance(x, gradients[row]), 2));
                choice.Value.Should().BeApproximately(
                    centres.Count == 0 ? open.Max(i => Math.Pow(Distance(new float[Width * Classes], gradients[i]), 2)) : Nearest(choice.Row), 1e-5);
                centres.Add(gradients[choice.Row]);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void BadgeDrawsInProportionToTheSquaredDistance()
    {
        var points = TestModels.Numbers(5, 6 * Width);
        var probabilities = Probabilities(6, 6, Classes);
        var gradients = Enumerable.Range(0, 6).Select(i => Gradient(probabilities.AsSpan(i * Classes, Classes), points.AsSpan(i * Width, Width))).ToArray();
        const int Draws = 20_000;
        var seen = Enumerable.Range(0, Draws).Select(seed =>
        {
            var strategy = new Badge(probabilities, Classes, new Points(points, Width), (ulong)seed);
            return ChooseAll(strategy, 6, every: 1).Take(2).Select(c => c.Choice.Row).ToArray();
        }).ToList();

        var first = seen[0][0];
        seen.Should().OnlyContain(s => s[0] == first);
        var total = gradients.Sum(g => Math.Pow(Distance(g, gradients[first]), 2));
        for (var row = 0; row < 6; row++)
        {
            var share = Math.Pow(Distance(gradients[row], gradients[first]), 2) / total;
            (seen.Count(s => s[1] == row) / (double)Draws).Should().BeApproximately(share, 1e-9 + 4 * Math.Sqrt(share * (1 - share) / Draws));
        }
    }

    [Fact]
    public void RowsThatAreAllTheSameAreStillChosenOnceEach()
    {
        var same = Enumerable.Repeat(1f, 8 * Width).ToArray();
        var probabilities = Enumerable.Repeat(1f / Classes, 8 * Classes).ToArray();

        ChooseAll(new Badge(probabilities, Classes, new Points(same, Width), 1), 8, every: 1).Select(c => c.Choice.Row).Should().BeEquivalentTo(Enumerable.Range(0, 8));
        ChooseAll(new CoreSet(new Points(same, Width), new Points([], Width), new double[8]), 8, every: 1).Select(c => c.Choice.Row).Should().BeEquivalentTo(Enumerable.Range(0, 8));
    }

    /// <summary>Every choice with the rows that were open; of <paramref name="every"/> neighbours one is closed from the start.</summary>
    internal static IEnumerable<(Choice Choice, int[] Open)> ChooseAll(IStrategy strategy, int rows, int every)
    {
        bool[] open = [.. Enumerable.Range(0, rows).Select(i => every == 1 || i % every == 0)];
        while (strategy.Next(open) is { } choice)
        {
            open[choice.Row].Should().BeTrue("a closed row may not be chosen");
            yield return (choice, [.. Enumerable.Range(0, rows).Where(i => open[i])]);
            open[choice.Row] = false;
        }
        open.Should().OnlyContain(o => !o);
    }

    /// <summary>[row, class], each row adding up to 1.</summary>
    internal static float[] Probabilities(uint stream, int rows, int classes)
    {
        var values = TestModels.Numbers(stream, rows * classes, 2).Select(v => MathF.Exp(v)).ToArray();
        return [.. values.Chunk(classes).SelectMany(row => row.Select(v => v / row.Sum()))];
    }

    internal static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b).Sum(p => Math.Pow((double)p.First - p.Second, 2)));

    private static float[] Gradient(ReadOnlySpan<float> p, ReadOnlySpan<float> h)
    {
        var label = p.IndexOf(System.Numerics.Tensors.TensorPrimitives.Max(p));
        var a = p.ToArray();
        a[label] -= 1;
        var row = h.ToArray();
        return [.. a.SelectMany(x => row.Select(y => x * y))];
    }
}
