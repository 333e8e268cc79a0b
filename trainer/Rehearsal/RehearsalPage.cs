using System.Globalization;
using System.Net;
using System.Text;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary><c>report.html</c> of a rehearsal: one file that opens from the disk, without a script.</summary>
internal static class RehearsalPage
{
    private const int MostClasses = 60;

    private const string Style = """
        :root { color-scheme: light dark; --line: #8884; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: .3rem .5rem; border-bottom: 1px solid var(--line); } td { white-space: nowrap; } th:first-child, td:first-child, td.text, th.text { text-align: left; }
        i { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .45em; }
        svg { width: 100%; height: auto; } svg text { fill: currentColor; font: 12px system-ui, sans-serif; } .grid { stroke: var(--line); }
        svg .name { font-weight: 600; }
        .classes { display: grid; grid-template-columns: repeat(auto-fill, minmax(270px, 1fr)); gap: 0 2rem; }
        .bars { list-style: none; margin: 0; padding: 0; font-size: .85rem; font-variant-numeric: tabular-nums; }
        .bars li { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr) 3.6em; gap: .5em; align-items: center; line-height: 1.45; }
        .bars span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .bars b { height: .75em; border-radius: 2px; background: var(--line); } .bars b b { display: block; height: 100%; } .bars em { font-style: normal; text-align: right; }
        figure { margin: 1rem 0; } figcaption { margin-bottom: .3rem; } .classes figcaption { font-weight: 600; } .wide { overflow-x: auto; margin-bottom: .8rem; }
        @media (max-width: 640px) { body { margin: 1rem auto; } .plot { overflow-x: auto; } .plot svg { min-width: 780px; } }
        """;

    /// <summary>The page.</summary>
    public static string Of(SimulationRecord record, Rehearsed rehearsed)
    {
        var (options, page) = (record.Options, new StringBuilder(Head("Rehearsal: what each strategy saves")));
        var (labels, unit) = (rehearsed.Runs[0][0].Points[^1].Labels, record.Strategies[0].Unit);
        page.Append($"<h1>What each strategy saves</h1>\n<p><strong>{Text(record.Fewest.Text)}.</strong></p>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>{options.Seeds} runs of each strategy; {options.Initial:N0} first labels and {options.Rounds} queries of {options.Query} {(unit == Comparison.Answers ? unit : "rows")} make {labels:N0} {unit}; ")
            .Append(CultureInfo.InvariantCulture, $"{record.PoolRows:N0} pool rows, {record.TestRows:N0} test rows, {record.Classes.Count} classes, {record.RejectedRows:N0} rows left out. Committee of {options.Passes}; accuracy with dropout off.</p>\n");
        page.Append("<h2>Verdicts</h2>\n<ul>\n");
        foreach (var (place, strategy) in record.Strategies.Index())
        {
            page.Append($"<li>{Name(place, strategy.Strategy)}: {Text(strategy.Verdict)}</li>\n");
        }
        foreach (var asking in record.Questions ?? [])
        {
            page.Append($"<li>{Text(asking.Strategy)} against {Text(asking.Baseline)}, which asks for classes: {Text(asking.Verdict)}</li>\n");
        }
        page.Append($"</ul>\n<p>Saved: the share of {unit}, of those bought in all, that a strategy does without where it reaches what random choice reaches in the end. In brackets the middle 95% of what other draws of these seeds give.</p>\n");
        page.Append($"<h2>Accuracy by {unit} bought</h2>\n<figure><div class=\"plot\" tabindex=\"0\" role=\"region\" aria-label=\"Chart\">").Append(CurveChart.Of(rehearsed.Runs, unit)).Append("</div><figcaption>Mean over the seeds; bands are two standard errors to each side. A point, hovered over, says its numbers; <code>curves.csv</code> has them all.</figcaption></figure>\n");
        AppendTable(page, record, rehearsed);
        AppendClasses(page, record, rehearsed);
        return page.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>A page up to what it shows.</summary>
    /// <param name="style">Besides that of a rehearsal.</param>
    /// <param name="holdsPictures">Whether it shows pictures that it holds itself.</param>
    internal static string Head(string title, string style = "", bool holdsPictures = false) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'{(holdsPictures ? "; img-src data:" : "")}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(title)}</title>
        <style>{Style}{style}</style>
        </head>
        <body>

        """;

    private static void AppendTable(StringBuilder page, SimulationRecord record, Rehearsed rehearsed)
    {
        var byTemperature = record.Strategies.Any(s => s.FinalCalibratedError is not null);
        page.Append("<h2>Tables</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr><th>strategy</th><th>final accuracy</th><th>macro F1</th><th>loss, nats</th><th>calibration error</th>").Append(byTemperature ? "<th>by temperature</th>" : "").Append("<th>mean accuracy</th><th>gain over random</th></tr></thead>\n<tbody>\n");
        foreach (var (place, s) in record.Strategies.Index())
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Name(place, s.Strategy)}</td><td>{Percent(s.FinalAccuracy)}</td><td>{s.FinalMacroF1:F3}</td><td>{s.FinalLoss:F3}</td><td>{s.FinalCalibrationError:F3}</td>{(byTemperature ? FormattableString.Invariant($"<td>{s.FinalCalibratedError:F3}</td>") : "")}<td>{Percent(s.MeanAccuracy)}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td>{Points(s.Gain.Value)} [{Points(s.Gain.Low)}, {Points(s.Gain.High)}]</td></tr>\n");
        }
        page.Append("</tbody></table></div>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>\n<thead><tr><th>strategy</th>");
        foreach (var level in record.Levels)
        {
            page.Append($"<th>{record.Strategies[0].Unit} for {Percent(level)}</th>");
        }
        page.Append("<th>next 100 labels</th><th>class evenness</th><th>drops</th></tr></thead>\n<tbody>\n");
        foreach (var (place, s) in record.Strategies.Index())
        {
            page.Append($"<tr><td>{Name(place, s.Strategy)}</td>");
            foreach (var needed in s.LabelsFor)
            {
                page.Append(needed is { } known ? string.Create(CultureInfo.InvariantCulture, $"<td>{Math.Ceiling(known):N0}</td>") : "<td>not reached</td>");
            }
            var expected = rehearsed.Runs[place].Average(run => run.ExpectedGainAt(record.Options.Rounds));
            page.Append(expected is { } points ? $"<td>{Points(points)}</td>" : "<td></td>");
            page.Append(CultureInfo.InvariantCulture, $"<td>{s.Spread:F3}</td><td>{s.Drops:F1}</td></tr>\n");
        }
        page.Append("</tbody></table></div>\n<p>").Append(byTemperature ? "By temperature: the calibration error after the temperature that the held-out rows of a training fitted, where it holds out 50 rows or more, as trainings from scratch may. " : "").Append("The levels are what random choice reaches with a quarter, a half, three quarters and all of the queries. Labels for a level are read off the non-decreasing curve that fits the mean best. The next 100 labels are the points of accuracy that the curve lets expect of them. Class evenness is the entropy of the bought labels over its maximum; drops are queries of a run after which accuracy fell by more than 0.3 points.</p>\n");
    }

    private static void AppendClasses(StringBuilder page, SimulationRecord record, Rehearsed rehearsed)
    {
        int[] order = [.. Enumerable.Range(0, record.Classes.Count).OrderByDescending(c => rehearsed.InPool[c]).ThenBy(c => c).Take(MostClasses)];
        page.Append("<h2>Classes bought</h2>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>Share of each class among the rows bought, the most frequent classes of the pool first{(order.Length < record.Classes.Count ? $" ({order.Length} of {record.Classes.Count})" : "")}.</p>\n");
        page.Append("<div class=\"classes\">\n");
        AppendBars(page, "the pool", rehearsed.InPool, order, record, "#888888");
        foreach (var (place, runs) in rehearsed.Runs.Index())
        {
            AppendBars(page, runs[0].Strategy, rehearsed.Bought(runs), order, record, CurveChart.Colour(place));
        }
        page.Append("</div>\n");
    }

    private static void AppendBars(StringBuilder page, string name, IReadOnlyList<long> counts, int[] order, SimulationRecord record, string colour)
    {
        double all = counts.Sum();
        var most = order.Max(c => counts[c]);
        page.Append($"<figure><figcaption>{Text(name)}</figcaption><ul class=\"bars\">");
        foreach (var c in order)
        {
            page.Append(CultureInfo.InvariantCulture, $"<li><span title=\"{Text(record.Classes[c])}\">{Text(record.Classes[c])}</span><b><b style=\"background:{colour};width:{100.0 * counts[c] / Math.Max(1, most):F1}%\"></b></b><em>{Percent(counts[c] / all)}</em></li>");
        }
        page.Append("</ul></figure>\n");
    }

    private static string Name(int place, string strategy) => $"<i style=\"background:{CurveChart.Colour(place)}\"></i>{Text(strategy)}";

    /// <summary>Points of accuracy with their sign; what rounds to nothing has none of its own.</summary>
    private static string Points(double share) => (Math.Round(100 * share, 1) + 0.0).ToString("+0.0;-0.0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + "%";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
