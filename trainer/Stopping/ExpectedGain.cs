namespace ParquetPool.Trainer.Stopping;

/// <summary>A point of a learning curve.</summary>
/// <param name="Labels">Rows labelled.</param>
/// <param name="Accuracy">On rows that were not learnt from.</param>
/// <param name="Rows">How many of them there were.</param>
internal readonly record struct MeasuredAccuracy(long Labels, double Accuracy, long Rows);

/// <summary>What the next <see cref="Ahead"/> labels are expected to add to the accuracy.</summary>
/// <remarks>
/// Accuracy = a + b · ln(labels), fitted to the later half of the curve by least squares weighted with the rows measured on: the local slope
/// of a power law. Gain = b · ln(1 + 100 / labels). The interval is that of the slope with binomial noise, widened where the points scatter
/// more (the dispersion of McCullagh and Nelder 1989, section 4.5); rounds that share their rows scatter less, so it is rather too wide.
/// </remarks>
/// <param name="Value">Share of rows, 0.01 for one point.</param>
/// <param name="Low">Lower end of the middle 95 %.</param>
/// <param name="High">Upper end.</param>
internal sealed record ExpectedGain(double Value, double Low, double High)
{
    public const int Ahead = 100;

    /// <summary>Fewer points say nothing.</summary>
    public const int LeastPoints = 3;

    private const double Normal95 = 1.96;

    /// <param name="curve">In the order of the labels; null is returned where there are too few different counts.</param>
    public static ExpectedGain? Of(IReadOnlyList<MeasuredAccuracy> curve)
    {
        if (curve.Count < LeastPoints)
        {
            return null;
        }
        var half = curve[^1].Labels / 2;
        var late = curve.Where((p, i) => p.Labels >= half || i >= curve.Count - LeastPoints).ToList();
        double rows = late.Sum(p => p.Rows);
        var (x, y) = (late.Sum(p => p.Rows * Math.Log(p.Labels)) / rows, late.Sum(p => p.Rows * p.Accuracy) / rows);
        var spread = late.Sum(p => p.Rows * Square(Math.Log(p.Labels) - x));
        if (spread <= 0)
        {
            return null;
        }
        var slope = late.Sum(p => p.Rows * (Math.Log(p.Labels) - x) * (p.Accuracy - y)) / spread;
        var certain = (y * rows) + 1; // Laplace's rule keeps a perfect curve from having no noise at all.
        var variance = certain / (rows + 2) * (1 - (certain / (rows + 2)));
        var scatter = late.Sum(p => p.Rows * Square(p.Accuracy - y - (slope * (Math.Log(p.Labels) - x)))) / variance / Math.Max(1, late.Count - 2);
        var error = Math.Sqrt(Math.Max(1, scatter) * variance / spread);
        var step = Math.Log(1 + ((double)Ahead / curve[^1].Labels));
        return new ExpectedGain(slope * step, (slope - (Normal95 * error)) * step, (slope + (Normal95 * error)) * step);
    }

    private static double Square(double value) => value * value;
}
