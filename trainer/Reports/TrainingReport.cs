using System.Globalization;
using System.Net;
using System.Text;
using ParquetPool.Contract;
using ParquetPool.Statistics;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Reports;

/// <summary><c>report.html</c> of a round: one file that opens from the disk, without a script, and tells no times, so that the same training writes the same bytes.</summary>
internal static class TrainingReport
{
    public const string FileName = "report.html";

    private const int MostClasses = 25;
    private const int MostConfusions = 40;
    private const int MostRows = 25;

    private const string Style = """
        :root { color-scheme: light dark; --line: #8884; --a: #0072b2; --b: #d55e00; }
        @media (prefers-color-scheme: dark) { :root { --a: #4fa8e0; --b: #ff8a4c; } }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
        .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0 2rem; }
        figure { margin: .6rem 0; } figcaption { font-weight: 600; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; } .wide { overflow-x: auto; }
        th, td { text-align: right; padding: .25rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; } th { font-weight: 600; }
        th:first-child, td:first-child, .text { text-align: left; } td.id { overflow-wrap: anywhere; white-space: normal; min-width: 7em; }
        td.text { white-space: normal; overflow-wrap: anywhere; min-width: 8em; }
        .confusion th span { display: block; max-width: 16rem; overflow: hidden; text-overflow: ellipsis; } .confusion thead th span { max-width: none; max-height: 11rem; }
        .confusion td { background: color-mix(in srgb, var(--b) var(--share), transparent); } .confusion td.right { background: color-mix(in srgb, var(--a) var(--share), transparent); } .confusion thead th { writing-mode: vertical-rl; text-align: left; }
        svg { width: 100%; height: auto; } svg text { fill: currentColor; font: 12px system-ui, sans-serif; } svg .name { font-weight: 600; } .grid { stroke: var(--line); } .mark { stroke: currentColor; stroke-dasharray: 4 4; opacity: .6; }
        polyline { fill: none; stroke-width: 2; } polyline.a { stroke: var(--a); } polyline.b { stroke: var(--b); } polyline.ideal { stroke: currentColor; opacity: .4; stroke-dasharray: 4 4; } circle.a { fill: var(--a); } circle.b { fill: var(--b); } circle.ideal { fill: none; stroke: currentColor; opacity: .5; }
        @media (max-width: 640px) { body { margin: 1rem auto; } svg text { font-size: 15px; } .confusion th span { max-width: 8rem; } }
        """;

    /// <param name="earlier">Manifests of the task's rounds before, oldest first.</param>
    public static string Of(TrainedNetwork trained, ModelManifest manifest, IReadOnlyList<ModelManifest> earlier)
    {
        var results = HoldoutResults.Of(trained);
        var page = new StringBuilder();
        page.Append(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(manifest.Task)}, round {manifest.Round}</title>
            <style>{Style}</style>
            </head>
            <body>
            <h1>{Text(manifest.Task)}, round {manifest.Round}</h1>

            """);
        page.Append(CultureInfo.InvariantCulture, $"<p>Right on {Percent(results.Accuracy)} (to within {100 * results.Margin:F1} points) of {results.Rows.Count:N0} held-out rows, of {manifest.Classes.Count} classes, after {manifest.Training.Rows:N0} rows to learn from. ")
            .Append(CultureInfo.InvariantCulture, $"The weights are those of epoch {trained.Best.Number} of {trained.History.Count}. All of this is measured with dropout off.</p>\n");
        AppendCurves(page, trained);
        AppendRounds(page, manifest, earlier);
        AppendConfusion(page, results, manifest.Classes);
        AppendCalibration(page, results, manifest.Calibration);
        AppendWorst(page, results, manifest.Classes);
        page.Append("<h2>Recipe</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><tbody>\n");
        foreach (var (name, value) in manifest.Training.Recipe)
        {
            page.Append($"<tr><td>{Text(name)}</td><td class=\"text id\">{Text(value)}</td></tr>\n");
        }
        return page.Append("</tbody></table></div>\n</body>\n</html>\n").ToString();
    }

    private static void AppendCurves(StringBuilder page, TrainedNetwork trained)
    {
        if (trained.History.Count == 0)
        {
            return;
        }
        IReadOnlyList<(double, double)> Of(Func<Epoch, double> value) => [.. trained.History.Select(epoch => ((double)epoch.Number, value(epoch)))];
        page.Append("<h2>Epochs</h2>\n<div class=\"charts\">\n<figure><figcaption>Loss, nats</figcaption>")
            .Append(LineChart.Of("Loss by epoch", "epoch", "0.###", [new("training", "a", Of(e => e.TrainLoss)), new("held out", "b", Of(e => e.HoldoutLoss))], trained.Best.Number))
            .Append("</figure>\n<figure><figcaption>Accuracy on held-out rows</figcaption>")
            .Append(LineChart.Of("Accuracy on held-out rows by epoch", "epoch", "0.0%", [new("held out", "b", Of(e => e.HoldoutAccuracy))], trained.Best.Number))
            .Append("</figure>\n</div>\n<p>Dashed: the epoch whose weights are kept. The training loss is that of the steps, with dropout, so it may lie above the other.</p>\n");
    }

    private static void AppendRounds(StringBuilder page, ModelManifest manifest, IReadOnlyList<ModelManifest> earlier)
    {
        if (earlier.Count == 0)
        {
            return;
        }
        IReadOnlyList<ModelManifest> all = [.. earlier, manifest];
        page.Append("<h2>Rounds</h2>\n<div class=\"charts\">\n<figure><figcaption>Accuracy of each round on the rows that it held out</figcaption>")
            .Append(LineChart.Of("Accuracy by round", "round", "0.0%", [new("held out", "b", [.. all.Select(round => ((double)round.Round, round.Training.HoldoutAccuracy))])]))
            .Append("</figure>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr><th>round</th><th>learnt from</th><th>held out</th><th>accuracy</th><th>loss, nats</th></tr></thead><tbody>\n");
        foreach (var round in all.Reverse())
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{round.Round}</td><td>{round.Training.Rows:N0}</td><td>{round.Training.HoldoutRows:N0}</td><td>{Percent(round.Training.HoldoutAccuracy)}</td><td>{round.Training.HoldoutLoss:F3}</td></tr>\n");
        }
        page.Append("</tbody></table></div>\n</div>\n<p>Each round is measured by rows of its own; rows that were asked for are harder than others. <code>trainer round</code> compares two rounds on the same rows.</p>\n");
    }

    private static void AppendConfusion(StringBuilder page, HoldoutResults results, IReadOnlyList<string> classes)
    {
        page.Append("<h2>Confusions</h2>\n");
        if (classes.Count <= MostClasses)
        {
            var counts = results.Confusion(classes.Count);
            page.Append("<p>Held-out rows by their class (a line each) and the predicted one (a column each).</p>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table class=\"confusion\"><thead><tr><th></th>");
            foreach (var name in classes)
            {
                page.Append(Heading("col", name));
            }
            page.Append("</tr></thead><tbody>\n");
            for (var row = 0; row < classes.Count; row++)
            {
                var all = Enumerable.Range(0, classes.Count).Sum(column => counts[row, column]);
                page.Append("<tr>").Append(Heading("row", classes[row]));
                for (var column = 0; column < classes.Count; column++)
                {
                    page.Append(CultureInfo.InvariantCulture, $"<td{(row == column ? " class=\"right\"" : "")} style=\"--share:{(all > 0 ? 70.0 * counts[row, column] / all : 0):F0}%\">{(counts[row, column] > 0 ? counts[row, column].ToString("N0", CultureInfo.InvariantCulture) : "")}</td>");
                }
                page.Append("</tr>\n");
            }
            page.Append("</tbody></table></div>\n");
            return;
        }
        var worst = results.Rows.Where(row => row.Class != row.Predicted).GroupBy(row => (row.Class, row.Predicted)).OrderByDescending(pair => pair.Count()).ThenBy(pair => pair.Key).Take(MostConfusions);
        page.Append(CultureInfo.InvariantCulture, $"<p>Of {classes.Count} classes, the {MostConfusions} pairs that are taken for each other most often.</p>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr><th>class</th><th class=\"text\">predicted</th><th>rows</th></tr></thead><tbody>\n");
        foreach (var pair in worst)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(classes[pair.Key.Class])}</td><td class=\"text\">{Text(classes[pair.Key.Predicted])}</td><td>{pair.Count():N0}</td></tr>\n");
        }
        page.Append("</tbody></table></div>\n");
    }

    private static void AppendCalibration(StringBuilder page, HoldoutResults results, ModelCalibration? calibration)
    {
        var bins = results.Calibration;
        page.Append("<h2>Calibration</h2>\n<div class=\"charts\">\n<figure><figcaption>How often the model is right where it is so sure</figcaption>")
            .Append(LineChart.Of("Accuracy by confidence", "confidence, %", "0%", [new("ideal", "ideal", [.. bins.Select(bin => (100 * bin.Confidence, bin.Confidence))]), new("accuracy", "b", [.. bins.Select(bin => (100 * bin.Confidence, bin.Accuracy))])]))
            .Append("</figure>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr><th>confidence</th><th>rows</th><th>right</th></tr></thead><tbody>\n");
        foreach (var bin in bins)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Percent(bin.Confidence)}</td><td>{bin.Rows:N0}</td><td>{Percent(bin.Accuracy)}</td></tr>\n");
        }
        page.Append(CultureInfo.InvariantCulture, $"</tbody></table></div>\n</div>\n<p>Expected calibration error: {results.CalibrationError:F3}, in {CalibrationError.Bins} bins of equal width; of few rows it is too high.</p>\n");
        if (calibration?.Why is { } why)
        {
            page.Append($"<p>No temperature: {Text(why)}.</p>\n");
        }
        if (calibration is not { Single: { } single, Committee: { } committee })
        {
            return;
        }
        page.Append("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr><th>prediction</th><th>temperature</th><th>error before</th><th>after</th><th>loss before, nats</th><th>after</th></tr></thead><tbody>\n");
        foreach (var (name, fit) in new[] { ("single, dropout off", single), (string.Create(CultureInfo.InvariantCulture, $"mean of {committee.Members} members"), committee) })
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{name}</td><td>{fit.Temperature:F2}</td><td>{fit.ErrorBefore:F3}</td><td>{fit.ErrorAfter:F3}</td><td>{fit.LossBefore:F3}</td><td>{fit.LossAfter:F3}</td></tr>\n");
        }
        page.Append(CultureInfo.InvariantCulture, $"</tbody></table></div>\n<p>A temperature above 1 makes predictions less sure. After: each half of the {calibration.Rows:N0} rows by the temperature of the other half. ")
            .Append(calibration.RowsChoseEpoch ? "The same rows chose the epoch, so that all errors may be a little too low. " : "").Append("<code>scorer score --probabilities calibrated</code> uses the temperature.</p>\n");
    }

    private static void AppendWorst(StringBuilder page, HoldoutResults results, IReadOnlyList<string> classes)
    {
        var worst = results.Rows.Where(row => row.Predicted != row.Class).OrderByDescending(row => row.Loss).ThenBy(row => row.Id, StringComparer.Ordinal).Take(MostRows).ToList();
        if (worst.Count == 0)
        {
            return;
        }
        page.Append("<h2>Held-out rows that are predicted worst</h2>\n<p>Surely predicted, and otherwise than labelled: look here for wrong labels first.</p>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table><thead><tr><th>row</th><th class=\"text\">label</th><th class=\"text\">predicted</th><th>confidence</th><th>loss, nats</th></tr></thead><tbody>\n");
        foreach (var row in worst)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"id\">{Text(row.Id)}</td><td class=\"text\">{Text(classes[row.Class])}</td><td class=\"text\">{Text(classes[row.Predicted])}</td><td>{Percent(row.Confidence)}</td><td>{row.Loss:F2}</td></tr>\n");
        }
        page.Append("</tbody></table></div>\n");
    }

    private static string Heading(string scope, string name) => $"<th scope=\"{scope}\" title=\"{Text(name)}\"><span>{Text(name)}</span></th>";

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
