namespace ParquetPool.Statistics;

/// <summary>The non-decreasing curve nearest to a learning curve by least squares: what is left of it when its dips are taken for noise.</summary>
/// <remarks>Pool adjacent violators: Barlow, Bartholomew, Bremner and Brunk (1972).</remarks>
public sealed class IsotonicCurve
{
    private readonly IReadOnlyList<int> labels;
    private readonly double[] values;

    /// <param name="labels">[point], increasing.</param>
    /// <param name="accuracy">[point]</param>
    public IsotonicCurve(IReadOnlyList<int> labels, IReadOnlyList<double> accuracy)
    {
        this.labels = labels;
        var blocks = new List<(double Sum, int Count)>();
        foreach (var value in accuracy)
        {
            blocks.Add((value, 1));
            while (blocks.Count > 1 && blocks[^2].Sum / blocks[^2].Count >= blocks[^1].Sum / blocks[^1].Count)
            {
                var last = blocks[^1];
                blocks.RemoveAt(blocks.Count - 1);
                blocks[^1] = (blocks[^1].Sum + last.Sum, blocks[^1].Count + last.Count);
            }
        }
        values = [.. blocks.SelectMany(b => Enumerable.Repeat(b.Sum / b.Count, b.Count))];
    }

    /// <summary>The accuracy at a point.</summary>
    public double this[int point] => values[point];

    /// <summary>The accuracy with all labels.</summary>
    public double Final => values[^1];

    /// <summary>The labels needed for an accuracy, between two points by a straight line; null where it is never reached.</summary>
    public double? LabelsFor(double accuracy)
    {
        var at = Array.FindIndex(values, v => v >= accuracy);
        return at switch
        {
            < 0 => null,
            0 => labels[0],
            _ => labels[at - 1] + ((labels[at] - labels[at - 1]) * (accuracy - values[at - 1]) / (values[at] - values[at - 1])),
        };
    }
}
