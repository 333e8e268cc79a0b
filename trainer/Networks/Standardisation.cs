namespace ParquetPool.Trainer.Networks;

/// <summary>What brings raw features to mean 0 and standard deviation 1; it is part of the graph, so a model takes raw features.</summary>
/// <param name="Mean">[feature].</param>
/// <param name="Scale">[feature]; one over the standard deviation, 0 for a feature that never changed in training.</param>
internal sealed record Standardisation(float[] Mean, float[] Scale)
{
    /// <summary>Standardised features are cut off here, so that a feature that hardly ever changed in training cannot drown the others.</summary>
    public const float Limit = 5;

    private const double Constant = 1e-6;

    /// <summary>Measures <paramref name="rows"/>; NaN counts for nothing.</summary>
    /// <param name="rows">[row][feature]; at least one.</param>
    /// <param name="together">
    /// How many neighbouring features share one mean and deviation: 1 for vectors, height·width for images, whose channels are scaled as
    /// wholes.
    /// </param>
    public static Standardisation Of(IReadOnlyList<float[]> rows, int together)
    {
        var width = rows[0].Length;
        var (sum, count) = (new double[width / together], new double[width / together]);
        foreach (var row in rows)
        {
            for (var i = 0; i < width; i++)
            {
                sum[i / together] += float.IsNaN(row[i]) ? 0 : row[i];
                count[i / together] += float.IsNaN(row[i]) ? 0 : 1;
            }
        }
        count = Array.ConvertAll(count, c => Math.Max(1, c));
        var mean = sum.Zip(count, (s, c) => s / c).ToArray();
        var squares = new double[mean.Length];
        foreach (var row in rows)
        {
            for (var i = 0; i < width; i++)
            {
                var apart = float.IsNaN(row[i]) ? 0 : row[i] - mean[i / together];
                squares[i / together] += apart * apart;
            }
        }
        var scale = squares.Zip(count, (s, c) => s / c).Zip(mean, (variance, m) => Math.Sqrt(variance) is var deviation && deviation > Constant * Math.Abs(m) ? 1 / deviation : 0).ToArray();
        return new Standardisation(Spread(mean, together, width), Spread(scale, together, width));
    }

    /// <summary>A row as the graph standardises it, cut off at <see cref="Limit"/>.</summary>
    public void Apply(ReadOnlySpan<float> row, Span<float> standardised)
    {
        for (var i = 0; i < row.Length; i++)
        {
            standardised[i] = Math.Clamp((row[i] - Mean[i]) * Scale[i], -Limit, Limit);
        }
    }

    /// <summary>The same of many rows: [row, feature], one after another.</summary>
    public float[] Apply(IReadOnlyList<float[]> rows)
    {
        var values = new float[rows.Count * Mean.Length];
        Parallel.For(0, rows.Count, row => Apply(rows[row], values.AsSpan(row * Mean.Length, Mean.Length)));
        return values;
    }

    /// <summary>That of features <paramref name="first"/>..</summary>
    public Standardisation Part(int first, int width) => new(Mean[first..(first + width)], Scale[first..(first + width)]);

    private static float[] Spread(double[] groups, int together, int width) =>
        [.. Enumerable.Range(0, width).Select(i => (float)groups[i / together])];
}
