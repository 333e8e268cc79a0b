namespace ParquetPool.Statistics;

/// <summary>How thinly other rows lie around a row: by how far one must go from it to meet a share of a sample.</summary>
/// <remarks>
/// <para>Rows lie in a <see cref="LatentSpace"/> and are compared twice, by distance and by direction: <see cref="Radii"/>. A row's rarity is the mean of both, in nats: 0 for
/// one in the middle, ln 10 for one around which rows lie ten times thinner; minus it is the logarithm of a density, the geometric mean of two.</para>
/// <para>A subgroup smaller than the share is found though its rows lie close together, for they must go beyond it. Rows times sample, so linear in the rows. The
/// numbers depend neither on threads nor on the width of the registers. Serves several threads.</para>
/// </remarks>
public sealed class RowDensity
{
    /// <summary>The most rows of a sample.</summary>
    public const int MostSample = 4096;

    /// <summary>The fewest: a share of fewer is hardly a row.</summary>
    public const int LeastSample = 40;

    /// <summary>The share of the sample that a row must meet, where nobody says another.</summary>
    public const double DefaultShare = 0.05;

    /// <summary>Numbers of a sample that are held at most: 256 MiB.</summary>
    private const int MostNumbers = 64 << 20;

    private readonly LatentSpace space;
    private readonly Radii distances;
    private readonly Radii directions;

    /// <param name="sample">[row][element], <see cref="LeastSample"/> or more, in an order that no sharding changes. NaN stands for an unknown number.</param>
    /// <param name="share">Of the sample, in (0, 1).</param>
    public RowDensity(IReadOnlyList<float[]> sample, double share = DefaultShare)
    {
        space = LatentSpace.Of(sample);
        var places = new float[sample.Count][];
        Parallel.For(0, places.Length, row => places[row] = space.Place(sample[row]));
        distances = new Radii(places, share);
        directions = new Radii(Array.ConvertAll(places, Direction), share);
    }

    /// <summary>How many rows of such a width a sample has at most.</summary>
    public static int SampleOf(int width) => Math.Clamp(MostNumbers / Math.Max(1, width), LeastSample, MostSample);

    /// <summary>The rarity of a row, in nats: a number always.</summary>
    /// <param name="vector">[element].</param>
    /// <param name="self">Its place in the sample, for it is no neighbour of itself; -1 where it is not in it.</param>
    public double Rarity(ReadOnlySpan<float> vector, int self = -1)
    {
        var place = space.Place(vector);
        return (distances.Rarity(place, self) + directions.Rarity(Direction(place), self)) / 2;
    }

    /// <summary>A place at length 1; one in the middle stays there.</summary>
    private static float[] Direction(float[] place)
    {
        var length = Math.Sqrt(place.Sum(value => (double)value * value));
        return length > 0 ? Array.ConvertAll(place, value => (float)(value / length)) : place;
    }
}
