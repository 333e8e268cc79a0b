using System.Globalization;
using System.Text;

namespace ParquetPool.Benchmarks;

/// <summary>Curves as one SVG: a colour for each strategy, a dash for each pool.</summary>
internal static class CurveChart
{
    private const int Width = 760;
    private const int Height = 460;
    private const int Margin = 50;
    private const double Least = 0.50;
    private const double Most = 0.78;
    private static readonly string[] Colours = ["#767676", "#1f77b4", "#d62728"];
    private static readonly string[] Dashes = ["", "2 3", "8 4"];

    /// <param name="labels">The labels after a number of queries.</param>
    public static string Svg(IReadOnlyList<Curve> curves, Func<int, int> labels)
    {
        string[] strategies = [.. curves.Select(c => c.Strategy).Distinct()];
        string[] pools = [.. curves.Select(c => c.Pool).Distinct()];
        var last = curves[0].Runs[0].Length - 1;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {Height}" font-family="sans-serif" font-size="12">""");
        svg.Append("\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (var percent = (int)(Least * 100); percent <= Most * 100; percent += 5)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<path d="M{Margin} {Y(percent / 100.0):F1}H{Width - Margin}" stroke="#dddddd"/><text x="{Margin - 6}" y="{Y(percent / 100.0) + 4:F1}" text-anchor="end">{percent} %</text>""").Append('\n');
        }
        for (var i = 0; i <= last; i += 2)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{X(i):F1}" y="{Height - Margin + 18}" text-anchor="middle">{labels(i)}</text>""").Append('\n');
        }
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{Width / 2}" y="{Height - 12}" text-anchor="middle">labels; accuracy on the test rows, mean of {curves[0].Runs.Count} seeds</text>""").Append('\n');
        foreach (var (place, curve) in curves.Index())
        {
            var style = $"""fill="none" stroke="{Colours[Array.IndexOf(strategies, curve.Strategy)]}" stroke-width="2" stroke-dasharray="{Dashes[Array.IndexOf(pools, curve.Pool)]}" """;
            var points = string.Join(' ', Enumerable.Range(0, last + 1).Select(i => string.Create(CultureInfo.InvariantCulture, $"{X(i):F1},{Y(curve.At(i).Mean):F1}")));
            var y = Height - Margin - 12 - ((curves.Count - 1 - place) * 17);
            svg.Append(CultureInfo.InvariantCulture, $"""<polyline {style}points="{points}"/><path {style}d="M{Width / 2} {y}h40"/><text x="{(Width / 2) + 48}" y="{y + 4}">{curve.Strategy}, {curve.Pool}</text>""").Append('\n');
        }
        return svg.Append("</svg>\n").ToString();

        double X(int queries) => Margin + ((Width - (2.0 * Margin)) * queries / last);
    }

    private static double Y(double accuracy) => Height - Margin - ((Height - (2 * Margin)) * (accuracy - Least) / (Most - Least));
}
