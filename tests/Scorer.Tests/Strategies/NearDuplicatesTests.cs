using FsCheck;
using FsCheck.Fluent;
using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Scorer.Tests.Strategies;

/// <summary>Near-duplicates against cosines written plainly.</summary>
public class NearDuplicatesTests
{
    private const int Width = 3;

    [Fact]
    public void ARowDoublesTheNearestLabelledRowFromTheGivenCosineOn()
    {
        var cases =
            (from rows in Gen.Choose(1, 700)
             from labelled in Gen.Choose(0, 20)
             from stream in Gen.Choose(0, 1000)
             from least in Gen.Choose(50, 99)
             select (rows, labelled, stream: (uint)stream, least: (least / 100.0) + 0.00123)).ToArbitrary();
        Prop.ForAll(cases, c =>
        {
            // Rounded, so that some vectors are zero and some cosines equal.
            float[][] Vectors(uint stream, int count) => [.. TestModels.Numbers(stream, count * Width).Select(v => MathF.Round(v * 2)).Chunk(Width)];
            var (rows, labelled) = (Vectors(c.stream, c.rows), Vectors(2000 + c.stream, c.labelled));

            var found = new NearDuplicates(new Points([.. rows.SelectMany(r => r)], Width), new Points([.. labelled.SelectMany(r => r)], Width), c.least)
                .OfLabelled(TestContext.Current.CancellationToken).ToList();

            double[] nearest = [.. rows.Select(row => labelled.Select(l => Cosine(row, l)).DefaultIfEmpty(-1).Max())];
            found.Select(f => f.Row).Should().Equal(Enumerable.Range(0, c.rows).Where(row => nearest[row] >= c.least));
            foreach (var (row, other, similarity) in found)
            {
                similarity.Should().BeApproximately(nearest[row], 1e-12);
                Cosine(rows[row], labelled[other]).Should().BeApproximately(nearest[row], 1e-12);
            }
            found.Select(f => f.Labelled).Should().Equal(found.Select(f => Array.FindIndex(labelled, l => l.SequenceEqual(labelled[f.Labelled]))), "of equals it is the first");
        }).QuickCheckThrowOnFailure();
    }

    private static double Cosine(float[] a, float[] b)
    {
        double Dot(float[] x, float[] y) => x.Zip(y).Sum(p => (double)p.First * p.Second);
        return Dot(a, a) + Dot(b, b) == 0 ? 1 : Dot(a, a) * Dot(b, b) == 0 ? 0 : Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));
    }
}
