using System.Numerics.Tensors;

namespace ParquetPool.Statistics;

/// <summary>How far one must go from a place to meet a share of a sample's, and what that says of the density there.</summary>
/// <remarks>
/// A density falls with the radius r to the power of m, the dimensions that the places fill: rarity is m · ln(r / the sample's median r), in nats. m is that by which half the
/// share is met so much nearer (after Levina and Bickel 2004, by two radii of every place). Where the median is 0, as most places are copies, it is that of the others.
/// </remarks>
internal sealed class Radii
{
    private const double MostDimensions = 32;

    /// <summary>Nearer than this share of the median, places are copies of one another.</summary>
    private const double Copies = 1e-3;

    private readonly float[] places; // [dimension, place]
    private readonly int count;
    private readonly int met;
    private readonly double median;

    /// <param name="sample">[place][dimension].</param>
    /// <param name="share">Of the sample, in (0, 1).</param>
    public Radii(float[][] sample, double share)
    {
        count = sample.Length;
        met = Math.Clamp((int)Math.Round(share * count, MidpointRounding.AwayFromZero), 2, count - 1);
        places = new float[sample[0].Length * count];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = sample[i % count][i / count];
        }
        var radii = new (double Whole, double Half)[count];
        Parallel.For(0, count, place => radii[place] = Of(sample[place], place));
        double[] ordered = [.. radii.Select(r => r.Whole).Order()];
        var copies = ordered[count / 2] > 0 ? 0 : ordered.Count(radius => radius == 0);
        median = copies < count ? ordered[copies + ((count - copies) / 2)] : 0;
        var apart = radii.Where(r => r.Half > Copies * median).Select(r => Math.Log(r.Whole / r.Half)).DefaultIfEmpty(0).Average();
        Dimensions = apart > 0 ? Math.Clamp(Math.Log((double)met / (met / 2)) / apart, 1, MostDimensions) : 1;
    }

    /// <summary>m: the dimensions that the places fill, as far as can be told.</summary>
    public double Dimensions { get; }

    /// <param name="self">Its place in the sample; -1 where it is not in it.</param>
    public double Rarity(float[] place, int self) => median > 0 ? Dimensions * Math.Log(Math.Max(Copies, Of(place, self).Whole / median)) : 0;

    /// <summary>The distances to the nearest share of the sample, and to half of it.</summary>
    private (double Whole, double Half) Of(float[] place, int self)
    {
        var (squares, apart) = (new float[count], new float[count]);
        for (var i = 0; i < place.Length; i++)
        {
            TensorPrimitives.Subtract(places.AsSpan(i * count, count), place[i], apart);
            TensorPrimitives.MultiplyAdd(apart, apart, squares, squares);
        }
        if (self >= 0)
        {
            squares[self] = float.PositiveInfinity;
        }
        var whole = Least(squares, met);
        return (Math.Sqrt(whole), Math.Sqrt(Least(squares.AsSpan(0, met), met / 2)));
    }

    /// <summary>The n-th least value, from 1; the n least stand first then. Hoare's selection.</summary>
    private static float Least(Span<float> values, int n)
    {
        var (from, to) = (0, values.Length - 1);
        while (from < to)
        {
            var pivot = values[(from + to) / 2];
            var (low, high) = (from, to);
            while (low <= high)
            {
                while (values[low] < pivot)
                {
                    low++;
                }
                while (values[high] > pivot)
                {
                    high--;
                }
                if (low <= high)
                {
                    (values[low], values[high]) = (values[high], values[low]);
                    low++;
                    high--;
                }
            }
            if (n - 1 <= high)
            {
                to = high;
            }
            else if (n - 1 >= low)
            {
                from = low;
            }
            else
            {
                break;
            }
        }
        return values[n - 1];
    }
}
