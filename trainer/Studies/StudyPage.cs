using System.Globalization;
using System.Net;
using System.Text;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.Reports;

namespace ParquetPool.Trainer.Studies;

/// <summary><c>report.html</c> of a study: one file that opens from the disk, without a script.</summary>
internal static class StudyPage
{
    private const int MostLetters = 14;
    private const int NameRoom = 26;
    private const int LetterWidth = 9;

    /// <summary>Besides the rehearsal's: what helps is blue, what hurts orange, as in the report of a round.</summary>
    private const string Style = """
        :root { --a: #0072b2; --b: #d55e00; } @media (prefers-color-scheme: dark) { :root { --a: #4fa8e0; --b: #ff8a4c; } }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0 2rem; } .charts figcaption { font-weight: 600; }
        polyline { fill: none; stroke-width: 2; } td.helps { background: color-mix(in srgb, var(--a) 28%, transparent); } td.hurts { background: color-mix(in srgb, var(--b) 28%, transparent); } small { opacity: .75; } td small { display: block; } li { margin-bottom: .35rem; } body { max-width: 70rem; } @media (max-width: 640px) { .charts svg text { font-size: 14px; } }
        """;

    public static string Of(StudyRecord record, Grid grid)
    {
        var (options, page) = (record.Options, new StringBuilder());
        page.Append(RehearsalPage.Head("Study: what a start is worth", Style + string.Concat(grid.Starts.Values.Select((_, i) => $"\n.s{i} {{ stroke: {CurveChart.Colour(i)}; }} circle.s{i} {{ fill: {CurveChart.Colour(i)}; stroke: none; }}"))));
        page.Append("<h1>What a start is worth</h1>\n")
            .Append(CultureInfo.InvariantCulture, $"<p>{Counted(grid.Starts.Values.Count, "start")}, {Counted(grid.Augments.Values.Count, "strength")} of augmentation, {Counted(grid.Learns.Values.Count, "way")} of learning and {Counted(grid.Labels.Count, "number")} of labels, each with {Counted(grid.Seeds, "seed")}: ")
            .Append(CultureInfo.InvariantCulture, $"{record.Cells.Count * grid.Seeds:N0} trainings. {record.PoolRows:N0} pool rows, {record.TestRows:N0} test rows, {record.Classes} classes, {record.RejectedRows:N0} rows left out. Accuracy is that on the test rows, dropout off.</p>\n");
        page.Append("<h2>Verdicts</h2>\n<ul>\n");
        foreach (var best in record.Best)
        {
            page.Append($"<li>{Text(best.Text)}</li>\n");
        }
        foreach (var finding in record.Findings)
        {
            page.Append($"<li><b>{Text($"{finding.Kind} {finding.Name}")}</b> over {Text(finding.Over)}: {Text(finding.Verdict)}, in the mean of all<br><small>most {Text(finding.Most)}<br>least {Text(finding.Least)}</small></li>\n");
        }
        page.Append("</ul>\n<p>Each is compared with the first of its kind, with the same labelled rows, seeds and all else alike, in points of accuracy; in brackets the 95% interval of the mean over seeds, which draw the labelled rows too (Student&rsquo;s t). Blue: it helps; orange: it hurts; neither: the interval holds 0, or there is one seed. Of twenty such numbers one is coloured by chance.</p>\n");
        if (record.Learnt.Count > 0)
        {
            page.Append($"<p>What the starts came to that learn from the pool without labels, in {options.PretrainSteps.ToString("N0", CultureInfo.InvariantCulture)} steps at most: {Text(string.Join("; ", record.Learnt.Select(l => $"{l.Start}: {l.Text}")))}.</p>\n");
        }
        AppendWhen(page, grid);
        AppendCharts(page, grid);
        AppendTogether(page, grid);
        AppendAll(page, grid);
        return page.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>The mean of the effects of each value of a factor, with each number of labels and each value of the other factors.</summary>
    private static void AppendWhen(StringBuilder page, Grid grid)
    {
        foreach (var (factor, title) in grid.Factors.Zip(["When a start helps, and when it hurts", "When a way of learning does", "When augmentation does"]).Where(f => f.First.Others.Any()))
        {
            (string Title, Func<CellPlace, bool> Among)[] parts =
            [
                .. grid.Labels.Select(l => (string.Create(CultureInfo.InvariantCulture, $"{l:N0} labels"), (Func<CellPlace, bool>)(p => p.Labels == l))),
                .. from other in grid.Factors where other != factor && other.Others.Any() from value in other.Values select ($"{other.Name} {Short(value)}", (Func<CellPlace, bool>)(p => other.Of(p) == value)),
            ];
            page.Append($"<h2>{title}</h2>\n");
            Open(page, [$"{factor.Name}, over {factor.Base}", .. parts.Select(p => p.Title)]);
            foreach (var value in factor.Others)
            {
                page.Append($"<tr><td>{(factor == grid.Starts ? Name(grid, value) : Text(value))}</td>");
                foreach (var (_, among) in parts)
                {
                    AppendEffect(page, grid.Of(factor, value, among));
                }
                page.Append("</tr>\n");
            }
            page.Append("</tbody></table></div>\n");
        }
        page.Append("<p>Each is the mean of all trainings of the kind that a column names.</p>\n");
    }

    private static void AppendCharts(StringBuilder page, Grid grid)
    {
        page.Append("<h2>Accuracy by labels</h2>\n<div class=\"charts\">\n");
        foreach (var (learn, augment) in from learn in grid.Learns.Values from augment in grid.Augments.Values select (learn, augment))
        {
            ChartLine[] lines = [.. grid.Starts.Values.Select((start, i) => new ChartLine(Short(start), $"s{i}", [.. grid.Labels.Select(labels => ((double)labels, grid.Accuracy(new CellPlace(start, augment, learn, labels))))]))];
            page.Append($"<figure><figcaption>{Text(learn)}, augmentation {Text(augment)}</figcaption>").Append(LineChart.Of($"Accuracy by labels, {learn}, augmentation {augment}", "labels", "0.0%", lines, right: NameRoom + (LetterWidth * lines.Max(l => l.Name.Length)))).Append("</figure>\n");
        }
        page.Append("</div>\n<p>Means over the seeds. The scale differs from one drawing to the next.</p>\n");
    }

    /// <summary>What a start and a way of learning bring alone and together.</summary>
    private static void AppendTogether(StringBuilder page, Grid grid)
    {
        if (grid.Starts.Values.Count == 1 || grid.Learns.Values.Count == 1)
        {
            return;
        }
        page.Append("<h2>Alone and together</h2>\n");
        Open(page, ["start and way of learning", "labels", "augmentation", "the start alone", "the learning alone", "both"]);
        foreach (var (start, learn, labels, augment) in from start in grid.Starts.Others from learn in grid.Learns.Others from labels in grid.Labels from augment in grid.Augments.Values select (start, learn, labels, augment))
        {
            var plain = new CellPlace(grid.Starts.Base, augment, grid.Learns.Base, labels);
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Name(grid, start)}, {Text(learn)}</td><td>{labels:N0}</td><td>{Text(augment)}</td>");
            AppendEffect(page, grid.Between(plain with { Start = start }, plain));
            AppendEffect(page, grid.Between(plain with { Learn = learn }, plain));
            AppendEffect(page, grid.Between(plain with { Start = start, Learn = learn }, plain));
            page.Append("</tr>\n");
        }
        page.Append("</tbody></table></div>\n<p>All against weights of chance and labels alone, with the same augmentation. Where both bring less than the better of the two, they stand in each other's way.</p>\n");
    }

    private static void AppendAll(StringBuilder page, Grid grid)
    {
        page.Append("<h2>All trainings</h2>\n");
        Open(page, ["learning", "labels", "augmentation", .. grid.Starts.Values.Select(Short)]);
        foreach (var (learn, labels, augment) in from learn in grid.Learns.Values from labels in grid.Labels from augment in grid.Augments.Values select (learn, labels, augment))
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(learn)}</td><td>{labels:N0}</td><td>{Text(augment)}</td>");
            foreach (var place in grid.Starts.Values.Select(start => new CellPlace(start, augment, learn, labels)))
            {
                var (least, most) = grid.Spread(place);
                var effect = place.Start == grid.Starts.Base ? null : grid.Of(grid.Starts, place);
                page.Append(CultureInfo.InvariantCulture, $"<td{Class(effect)}>{100 * grid.Accuracy(place):F1}% <small>{100 * least:F1}–{100 * most:F1}</small></td>");
            }
            page.Append("</tr>\n");
        }
        page.Append("</tbody></table></div>\n<p>The mean over the seeds, the least and the greatest.</p>\n");
    }

    private static void Open(StringBuilder page, IEnumerable<string> columns) =>
        page.Append("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr>").AppendJoin("", columns.Select(c => $"<th>{Text(c)}</th>")).Append("</tr></thead>\n<tbody>\n");

    private static void AppendEffect(StringBuilder page, Effect effect) => page.Append($"<td{Class(effect)}>{effect.Points.Replace(" [", " <small>[", StringComparison.Ordinal)}{(effect.Interval is null ? "" : "</small>")}</td>");

    private static string Class(Effect? effect) => effect?.Sign switch { 1 => " class=\"helps\"", -1 => " class=\"hurts\"", _ => "" };

    private static string Name(Grid grid, string start) => $"<i style=\"background:{CurveChart.Colour(grid.Starts.Values.Index().First(s => s.Item == start).Index)}\"></i>{Text(start)}";

    private static string Short(string start) => Path.GetFileName(start) is var name && name.Length > MostLetters ? name[..MostLetters] + "…" : name;

    private static string Counted(int count, string thing) => $"{count} {thing}{(count == 1 ? "" : "s")}";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
