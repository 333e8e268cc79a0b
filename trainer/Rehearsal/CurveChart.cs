using System.Globalization;
using System.Net;
using System.Text;
using ParquetPool.Trainer.Reports;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>Learning curves as an SVG drawing: the mean over the seeds and a band of two standard errors.</summary>
internal static class CurveChart
{
    private const int Width = 860;
    private const int Height = 440;
    private const int Left = 56;
    private const int Right = 108;
    private const int Top = 12;
    private const int Bottom = 44;

    private const int MostSteps = 8;
    private const int MostLetters = 15;
    private static readonly double[] Steps = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2];

    /// <summary>Told apart by people with any colour vision, in this order: Okabe and Ito (2008).</summary>
    private static readonly string[] Colours = ["#767676", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195"];

    /// <summary>The colour of a strategy by its place.</summary>
    public static string Colour(int strategy) => Colours[strategy % Colours.Length];

    /// <param name="strategies">[strategy][seed]</param>
    /// <param name="unit">What is bought.</param>
    public static string Of(IReadOnlyList<IReadOnlyList<Run>> strategies, string unit)
    {
        var labels = strategies[0][0].Points.Select(p => p.Labels).ToArray();
        var curves = strategies.Select(runs => Enumerable.Range(0, labels.Length).Select(point => MeanAndError([.. runs.Select(r => r.Points[point].Test.Accuracy)])).ToArray()).ToArray();
        var (low, high) = (curves.Min(c => c.Min(Low)), curves.Max(c => c.Max(High)));
        var step = Steps.First(s => (high - low) / s <= MostSteps || s == Steps[^1]);
        (low, high) = (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg viewBox="0 0 {Width} {Height}" role="img" aria-label="Accuracy on the test rows by {unit} bought">""").Append('\n');
        for (var i = 0; low + (i * step) <= high + 1e-9; i++)
        {
            var value = low + (i * step);
            svg.Append(CultureInfo.InvariantCulture, $"""<path class="grid" d="M{Left} {Y(value):F1}H{Width - Right}"/><text x="{Left - 8}" y="{Y(value) + 4:F1}" text-anchor="end">{100 * value:0.#}%</text>""").Append('\n');
        }
        foreach (var point in Enumerable.Range(0, 6).Select(tick => (labels.Length - 1) * tick / 5).Distinct())
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{X(point):F1}" y="{Height - Bottom + 18}" text-anchor="middle">{labels[point]:N0}</text>""").Append('\n');
        }
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{(Left + Width - Right) / 2}" y="{Height - 6}" text-anchor="middle">{unit} bought</text>""").Append('\n');
        foreach (var (strategy, curve) in curves.Index())
        {
            var upper = Points(curve.Select(High));
            var lower = string.Join(' ', Points(curve.Select(Low)).Split(' ').Reverse());
            svg.Append(CultureInfo.InvariantCulture, $"""<polygon points="{upper} {lower}" fill="{Colour(strategy)}" opacity="0.12"/>""").Append('\n');
        }
        foreach (var (strategy, curve) in curves.Index())
        {
            var dash = strategy < Colours.Length ? "" : """ stroke-dasharray="6 3" """;
            svg.Append(CultureInfo.InvariantCulture, $"""<polyline points="{Points(curve.Select(p => p.Mean))}" fill="none" stroke="{Colour(strategy)}" stroke-width="2"{dash}/>""").Append('\n');
        }
        foreach (var (strategy, curve) in curves.Index())
        {
            foreach (var (point, p) in curve.Index())
            {
                svg.Append(CultureInfo.InvariantCulture, $"""<circle cx="{X(point):F1}" cy="{Y(p.Mean):F1}" r="{(labels.Length > 40 ? 2 : 3.5)}" fill="{Colour(strategy)}"><title>{Text(strategies[strategy][0].Strategy)}, {labels[point]:N0} {unit}: {100 * p.Mean:F1}% ± {200 * p.Error:F1}</title></circle>""").Append('\n');
            }
        }
        foreach (var (strategy, y) in LineChart.NamePlaces([.. curves.Select(curve => Y(curve[^1].Mean))], Height - Bottom).Index())
        {
            var name = strategies[strategy][0].Strategy;
            svg.Append(CultureInfo.InvariantCulture, $"""<circle cx="{Width - Right + 12}" cy="{y:F1}" r="4" fill="{Colour(strategy)}"/><text class="name" x="{Width - Right + 20}" y="{y + 4:F1}">{Text(name.Length > MostLetters ? name[..MostLetters] + "…" : name)}<title>{Text(name)}</title></text>""").Append('\n');
        }
        return svg.Append("</svg>").ToString();

        double X(int point) => Left + ((Width - Left - Right) * (double)(labels[point] - labels[0]) / Math.Max(1, labels[^1] - labels[0]));

        double Y(double accuracy) => Height - Bottom - ((Height - Top - Bottom) * (accuracy - low) / (high - low));

        string Points(IEnumerable<double> values) => string.Join(' ', values.Select((v, i) => string.Create(CultureInfo.InvariantCulture, $"{X(i):F1},{Y(v):F1}")));
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static (double Mean, double Error) MeanAndError(double[] values)
    {
        var mean = values.Average();
        return (mean, values.Length > 1 ? Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length) : 0);
    }

    /// <summary>Two standard errors below the mean, which is a share.</summary>
    private static double Low((double Mean, double Error) at) => Math.Max(0, at.Mean - (2 * at.Error));

    private static double High((double Mean, double Error) at) => Math.Min(1, at.Mean + (2 * at.Error));
}
