using System.Globalization;
using System.Net;
using System.Text;
using ParquetPool.Pictures;
using ParquetPool.Trainer.Rehearsal;

namespace ParquetPool.Trainer.Probing;

/// <summary><c>report.html</c> of a probe: one file that opens from the disk, without a script.</summary>
internal static class ProbePage
{
    private const int ShownRows = 6;

    private const string Style = """
        img { width: 5.5rem; image-rendering: pixelated; display: block; margin-left: auto; } .pictures td { padding: .15rem; } .pictures th { width: 5.5rem; overflow-wrap: anywhere; vertical-align: bottom; }
        """;

    /// <param name="given">What each network gives: for the learnt row, the others and noise, [depth][row][number].</param>
    /// <param name="image">How a row is a picture; null where it is none.</param>
    public static string Of(ProbeRecord record, ProbeData data, IReadOnlyList<float[][]> given, PictureFormat? image)
    {
        var page = new StringBuilder(RehearsalPage.Head("Probe: what networks make of one row", Style, holdsPictures: true));
        page.Append("<h1>What networks make of one row</h1>\n")
            .Append(CultureInfo.InvariantCulture, $"<p>Each network ({Text(record.Network)}, {record.Units:N0} {(record.Network == "cnn" ? "channels" : "units")} a hidden layer) learnt from row {Text(record.Row)} alone to give it back, and was then shown {record.Rows:N0} others. There are two ways to learn one row: to give back whatever comes (identity), or to give that row whatever comes (constant). Which of them a network takes to says what its structure prefers before data tell it anything.</p>\n")
            .Append($"<p><strong>{Text(Sentence(record.Trend))}.</strong></p>\n<h2>By depth</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr><th>layers</th><th>weights</th><th>steps</th><th>missed</th><th>as given</th><th>as learnt</th><th>noise as given</th><th class=\"text\">it&hellip;</th></tr></thead>\n<tbody>\n");
        foreach (var depth in record.Depths)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{depth.Depth}</td><td>{depth.Parameters:N0}</td><td>{depth.Steps:N0}</td><td>{(depth.Missed is > 0 and < 1e-4 ? "below 0.01%" : FormattableString.Invariant($"{100 * depth.Missed:0.##}%"))}</td><td>{depth.Identity:F2}</td><td>{depth.Constant:F2}</td><td>{depth.Noise:F2}</td><td class=\"text\">{Text(depth.Verdict)}</td></tr>\n");
        }
        page.Append(CultureInfo.InvariantCulture, $"</tbody></table></div>\n<p>Missed: the mean square missed of the learnt row, as a share of its own. As given: the mean correlation of what comes out with what went in; as learnt: with the learnt row. The other rows themselves correlate with the learnt one by {record.Similar:F2}, which is what a perfect identity has of the latter.</p>\n");
        if (image is not null)
        {
            AppendPictures(page, record, data, given, image);
        }
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void AppendPictures(StringBuilder page, ProbeRecord record, ProbeData data, IReadOnlyList<float[][]> given, PictureFormat image)
    {
        var shown = Math.Min(ShownRows, data.Others.Count);
        float[][] rows = [data.Learnt, .. data.Others.Take(shown), data.Noise];
        string[] names = [$"{data.Id} (learnt)", .. data.OtherIds.Take(shown), "noise"];
        float[][] before = [.. rows.SkipLast(1).Select(data.Unscaled)];
        var (low, high) = PngFile.RangeOf([.. before.SelectMany(row => row)]);
        page.Append("<h2>Pictures</h2>\n<div class=\"wide pictures\" tabindex=\"0\" role=\"region\" aria-label=\"Pictures\"><table>\n<thead><tr><th></th>").AppendJoin("", names.Select(name => $"<th>{Text(name)}</th>")).Append("</tr></thead>\n<tbody>\n");
        Append("given", rows);
        foreach (var (depth, gives) in record.Depths.Zip(given))
        {
            Append($"{depth.Depth} {(depth.Depth == 1 ? "layer" : "layers")}", [.. gives.Take(shown + 1), gives[^1]]);
        }
        page.Append("</tbody></table></div>\n<p>The first row of pictures is what went in, each other what a network gave for it; numbers beyond black and full are cut.</p>\n");

        void Append(string title, float[][] pictures)
        {
            page.Append($"<tr><td>{title}</td>");
            foreach (var (name, picture) in names.Zip(pictures))
            {
                page.Append($"<td><img alt=\"{Text($"{title}, {name}")}\" src=\"{PngFile.Address(image.Pixels(data.Unscaled(picture), low, high), image.Channels, image.Height, image.Width)}\"></td>");
            }
            page.Append("</tr>\n");
        }
    }

    private static string Sentence(string words) => words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
