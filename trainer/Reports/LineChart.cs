using System.Globalization;
using System.Net;
using System.Text;

namespace ParquetPool.Trainer.Reports;

/// <summary>A line of a <see cref="LineChart"/>.</summary>
/// <param name="Style">A class of the page's style, which has its colour.</param>
internal sealed record ChartLine(string Name, string Style, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Lines as an SVG drawing, each with its name at its end and its numbers where one hovers.</summary>
internal static class LineChart
{
    private const int Width = 560;
    private const int Height = 260;
    private const int Left = 64;
    private const int Right = 96;
    private const int Top = 12;
    private const int Bottom = 40;
    private const int Marks = 5;
    private const int MostPoints = 80;
    private const double Apart = 15;

    /// <param name="label">What the drawing shows, for who does not see it.</param>
    /// <param name="across">What lies along the axis below.</param>
    /// <param name="format">Of a number along the axis at the left.</param>
    /// <param name="mark">A place along the axis below that a line marks; null for none.</param>
    /// <param name="right">The room for names, behind their lines.</param>
    public static string Of(string label, string across, string format, IReadOnlyList<ChartLine> lines, double? mark = null, int right = Right)
    {
        var all = lines.SelectMany(line => line.Points).ToList();
        var (least, most) = (all.Min(p => p.X), all.Max(p => p.X));
        var (low, high) = (all.Min(p => p.Y), all.Max(p => p.Y));
        var isShare = format.EndsWith('%') && low >= 0 && high <= 1;
        var size = Math.Max(1, Math.Abs(high));
        (low, high) = high - low > 1e-6 * size ? (low, high) : (low - (0.01 * size), high + (0.01 * size)); // What rounding alone tells apart is one value.
        (low, high) = isShare ? (Math.Max(0, low), Math.Min(1, high)) : (low, high);
        var step = RoundStep((high - low) / Marks);
        var (first, last) = ((int)Math.Floor(low / step), (int)Math.Ceiling(high / step));
        (low, high) = (first * step, last * step);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{WebUtility.HtmlEncode(label)}">""").Append('\n');
        for (var i = first; i <= last; i++)
        {
            var value = i * step;
            svg.Append(CultureInfo.InvariantCulture, $"""<path class="grid" d="M{Left} {Y(value):F1}H{Width - right}"/><text x="{Left - 8}" y="{Y(value) + 4:F1}" text-anchor="end">{value.ToString(format, CultureInfo.InvariantCulture)}</text>""").Append('\n');
        }
        foreach (var x in Enumerable.Range(0, Marks).Select(i => Math.Round(least + ((most - least) * i / (Marks - 1)))).Distinct())
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{X(x):F1}" y="{Height - Bottom + 18}" text-anchor="middle">{x:N0}</text>""").Append('\n');
        }
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{(Left + Width - right) / 2}" y="{Height - 4}" text-anchor="middle">{WebUtility.HtmlEncode(across)}</text>""").Append('\n');
        if (mark is { } at)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<path class="mark" d="M{X(at):F1} {Top}V{Height - Bottom}"/>""").Append('\n');
        }
        foreach (var line in lines)
        {
            svg.Append($"""<polyline class="{line.Style}" points="{string.Join(' ', line.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X):F1},{Y(p.Y):F1}")))}"/>""").Append('\n');
            foreach (var (x, y) in line.Points.Count <= MostPoints ? line.Points : [])
            {
                svg.Append(CultureInfo.InvariantCulture, $"""<circle class="{line.Style}" cx="{X(x):F1}" cy="{Y(y):F1}" r="{(line.Points.Count > 40 ? 2 : 3)}"><title>{WebUtility.HtmlEncode(line.Name)}, {WebUtility.HtmlEncode(across)} {x:N0}: {y.ToString(format, CultureInfo.InvariantCulture)}</title></circle>""").Append('\n');
            }
        }
        foreach (var (line, y) in lines.Zip(NamePlaces([.. lines.Select(line => Y(line.Points[^1].Y))], Height - Bottom)))
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<circle class="{line.Style}" cx="{Width - right + 12}" cy="{y:F1}" r="4"/><text class="name" x="{Width - right + 20}" y="{y + 4:F1}">{WebUtility.HtmlEncode(line.Name)}</text>""").Append('\n');
        }
        return svg.Append("</svg>").ToString();

        // 1, 2 or 5 times a power of ten, and so much or more.
        static double RoundStep(double least)
        {
            var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
            return power * (least <= power ? 1 : least <= 2 * power ? 2 : least <= 5 * power ? 5 : 10);
        }

        double X(double value) => Left + ((Width - Left - right) * (most > least ? (value - least) / (most - least) : 0.5));

        double Y(double value) => Height - Bottom - ((Height - Top - Bottom) * (value - low) / (high - low));
    }

    /// <summary>Where names stand beside the ends of their lines: in the order of the ends, apart, and above <paramref name="most"/>, where the axis begins.</summary>
    public static double[] NamePlaces(IReadOnlyList<double> ends, double most)
    {
        int[] order = [.. Enumerable.Range(0, ends.Count).OrderBy(i => ends[i]).ThenBy(i => i)];
        var places = new double[ends.Count];
        var free = double.NegativeInfinity;
        foreach (var i in order)
        {
            places[i] = Math.Max(ends[i], free);
            free = places[i] + Apart;
        }
        foreach (var i in order.Reverse())
        {
            places[i] = Math.Min(places[i], most);
            most = places[i] - Apart;
        }
        return places;
    }
}
