namespace ParquetPool.Statistics;

/// <summary>The non-decreasing curve nearest to a learning curve by least squares: what is left of it when its dips are taken for noise.</summary>
public sealed class IsotonicCurve
{
    private readonly IReadOnlyList<int> labels;
    private readonly double[] values;

    /// <param name="labels">[point], increasing.</param>
    /// <param name="accuracy">[point]</param>
    public IsotonicCurve(IReadOnlyList<int> labels, IReadOnlyList<double> accuracy)
    {
        this.labels = labels;
        values = IsotonicFit.Of(accuracy, [.. accuracy.Select(_ => 1.0)]);
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
