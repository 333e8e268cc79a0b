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

    /// <summary>Besides the rehearsal's: what helps is blue, what hurts orange, as in the report of a round.</summary>
    private const string Style = """
        :root { --a: #0072b2; --b: #d55e00; } @media (prefers-color-scheme: dark) { :root { --a: #4fa8e0; --b: #ff8a4c; } }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0 2rem; } .charts figcaption { font-weight: 600; }
        polyline { fill: none; stroke-width: 2; } td.helps { background: color-mix(in srgb, var(--a) 28%, transparent); } td.hurts { background: color-mix(in srgb, var(--b) 28%, transparent); } td small { opacity: .75; }
        """;

    public static string Of(StudyRecord record, Grid grid)
    {
        var (options, page) = (record.Options, new StringBuilder());
        page.Append(RehearsalPage.Head("Study: what a start is worth", Style + string.Concat(grid.Starts.Select((_, i) => $"\n.s{i} {{ stroke: {CurveChart.Colour(i)}; }} circle.s{i} {{ fill: {CurveChart.Colour(i)}; stroke: none; }}"))));
        page.Append("<h1>What a start is worth</h1>\n")
            .Append(CultureInfo.InvariantCulture, $"<p>{grid.Starts.Count} starts, {grid.Augments.Count} strengths of augmentation, {grid.Learns.Count} {(grid.Learns.Count == 1 ? "way" : "ways")} of learning and {grid.Labels.Count} numbers of labels, each with {grid.Seeds} {(grid.Seeds == 1 ? "seed" : "seeds")}: ")
            .Append(CultureInfo.InvariantCulture, $"{record.Cells.Count * grid.Seeds:N0} trainings. {record.PoolRows:N0} pool rows, {record.TestRows:N0} test rows, {record.Classes} classes, {record.RejectedRows:N0} rows left out. Starts that learn from the pool without labels took {options.PretrainSteps:N0} steps at most. Accuracy is that on the test rows, dropout off.</p>\n");
        page.Append("<h2>Verdicts</h2>\n<ul>\n");
        foreach (var best in record.Best)
        {
            page.Append($"<li>{Text(best.Text)}</li>\n");
        }
        foreach (var start in record.Starts)
        {
            page.Append($"<li>{Name(grid, start.Start)}: {Text(start.Verdict)}, in the mean of all; most {Text(start.Most)}; least {Text(start.Least)}</li>\n");
        }
        page.Append("</ul>\n<p>What a start brings is told against weights of chance (scratch) with the same labelled rows, seeds, augmentation and way of learning, in points of accuracy; in brackets the middle 95% of what other draws of these seeds give. Blue: it helps; orange: it hurts; neither: the interval holds 0.</p>\n");
        AppendWhen(page, grid);
        AppendCharts(page, grid);
        AppendTogether(page, grid);
        AppendAll(page, grid);
        return page.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>The mean of a start's effects with each number of labels, strength and way of learning.</summary>
    private static void AppendWhen(StringBuilder page, Grid grid)
    {
        if (grid.Starts.Count == 1)
        {
            return;
        }
        (string Title, Func<CellPlace, bool> Among)[] parts =
        [
            .. grid.Labels.Select(l => (string.Create(CultureInfo.InvariantCulture, $"{l:N0} labels"), (Func<CellPlace, bool>)(p => p.Labels == l))),
            .. grid.Augments.Select(a => ($"augmentation {a}", (Func<CellPlace, bool>)(p => p.Augment == a))),
            .. grid.Learns.Select(l => (l, (Func<CellPlace, bool>)(p => p.Learn == l))),
        ];
        page.Append("<h2>When a start helps, and when it hurts</h2>\n");
        Open(page, ["start", .. parts.Select(p => p.Title)]);
        foreach (var start in grid.Starts.Skip(1))
        {
            page.Append($"<tr><td>{Name(grid, start)}</td>");
            foreach (var (_, among) in parts)
            {
                AppendEffect(page, grid.OfStart(start, among));
            }
            page.Append("</tr>\n");
        }
        page.Append("</tbody></table></div>\n<p>Each is the mean of all trainings of the kind: with few and with many labels, with rows as they are and altered, by labels alone and with rows that nobody has labelled.</p>\n");
    }

    private static void AppendCharts(StringBuilder page, Grid grid)
    {
        page.Append("<h2>Accuracy by labels</h2>\n<div class=\"charts\">\n");
        foreach (var (learn, augment) in from learn in grid.Learns from augment in grid.Augments select (learn, augment))
        {
            ChartLine[] lines = [.. grid.Starts.Select((start, i) => new ChartLine(Short(start), $"s{i}", [.. grid.Labels.Select(labels => ((double)labels, grid.Accuracy(new CellPlace(start, augment, learn, labels))))]))];
            page.Append($"<figure><figcaption>{Text(learn)}, augmentation {Text(augment)}</figcaption>").Append(LineChart.Of($"Accuracy by labels, {learn}, augmentation {augment}", "labels", "0.0%", lines)).Append("</figure>\n");
        }
        page.Append("</div>\n<p>Means over the seeds. The scale differs from one drawing to the next.</p>\n");
    }

    /// <summary>What a start and a way of learning bring alone and together.</summary>
    private static void AppendTogether(StringBuilder page, Grid grid)
    {
        if (grid.Starts.Count == 1 || grid.Learns.Count == 1)
        {
            return;
        }
        page.Append("<h2>Alone and together</h2>\n");
        Open(page, ["start and way of learning", "labels", "augmentation", "the start alone", "the learning alone", "both"]);
        foreach (var (start, learn, labels, augment) in from start in grid.Starts.Skip(1) from learn in grid.Learns.Skip(1) from labels in grid.Labels from augment in grid.Augments select (start, learn, labels, augment))
        {
            var plain = new CellPlace(grid.Starts[0], augment, grid.Learns[0], labels);
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
        Open(page, ["learning", "labels", "augmentation", .. grid.Starts.Select(Short)]);
        foreach (var (learn, labels, augment) in from learn in grid.Learns from labels in grid.Labels from augment in grid.Augments select (learn, labels, augment))
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(learn)}</td><td>{labels:N0}</td><td>{Text(augment)}</td>");
            foreach (var place in grid.Starts.Select(start => new CellPlace(start, augment, learn, labels)))
            {
                var (least, most) = grid.Spread(place);
                var effect = place.Start == grid.Starts[0] ? null : grid.OfStart(place);
                page.Append(CultureInfo.InvariantCulture, $"<td{Class(effect)}>{100 * grid.Accuracy(place):F1}% <small>{100 * least:F1}–{100 * most:F1}</small></td>");
            }
            page.Append("</tr>\n");
        }
        page.Append("</tbody></table></div>\n<p>The mean over the seeds, the least and the greatest.</p>\n");
    }

    private static void Open(StringBuilder page, IEnumerable<string> columns) =>
        page.Append("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>").AppendJoin("", columns.Select(c => $"<th>{Text(c)}</th>")).Append("</tr></thead>\n<tbody>\n");

    private static void AppendEffect(StringBuilder page, Effect effect) => page.Append($"<td{Class(effect)}>{effect.Points}</td>");

    private static string Class(Effect? effect) => effect?.Sign switch { 1 => " class=\"helps\"", -1 => " class=\"hurts\"", _ => "" };

    private static string Name(Grid grid, string start) => $"<i style=\"background:{CurveChart.Colour(grid.Starts.Index().First(s => s.Item == start).Index)}\"></i>{Text(start)}";

    private static string Short(string start) => Path.GetFileName(start) is var name && name.Length > MostLetters ? name[..MostLetters] + "…" : name;

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
