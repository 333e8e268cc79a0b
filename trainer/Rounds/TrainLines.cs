using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Trainer.Reports;

namespace ParquetPool.Trainer.Rounds;

/// <summary>What a reader should know of a round that was trained; its notes were said when they came up.</summary>
internal static class TrainLines
{
    private const double Coarse = 0.02;
    private const int ManyRows = 1000;

    public static IEnumerable<string> Of(TrainSummary summary, TrainRequest request)
    {
        yield return FormattableString.Invariant($"round {summary.Round} of {summary.Task} is published: {100 * summary.HoldoutAccuracy:F1} % of {summary.HoldoutRows:N0} held-out rows are right; {summary.Classes} classes learnt from {summary.Rows:N0} rows, epoch {summary.BestEpoch} of {summary.Epochs}: {summary.Model}, where report.html shows more");
        yield return CommandContext.Joined([Partial(summary.PartialRows), .. summary.Unlabelled?.Hidden is { } hidden ? Hidden(hidden) : []]);
        yield return CommandContext.Joined(Coarseness(summary.HoldoutAccuracy, summary.HoldoutRows), Calibration(summary.Calibration));
        yield return Next(request, request.Labels);
    }

    /// <summary>How many rows have a partial label; null for none.</summary>
    public static string? Partial(int rows) => rows == 0 ? null
        : FormattableString.Invariant($"{rows:N0} rows besides have a partial label, one of several classes: they are learnt from, and not among those by which it is measured, whose class is known");

    /// <summary>What classes without labels are, and how well each method tells them apart.</summary>
    public static IEnumerable<string> Hidden(ModelHidden hidden)
    {
        yield return $"{string.Join(", ", hidden.Classes)}: groups of rows that are of no labelled class, as far as the model can tell; people say what they are";
        if (hidden.Measured is { } measured)
        {
            var best = measured.MaxBy(of => of.Accuracy)!;
            yield return FormattableString.Invariant($"of {best.Rows:N0} rows of hidden classes are where they belong: {string.Join(", ", measured.Select(of => FormattableString.Invariant($"{of.Method} {100 * of.Accuracy:F1} %")))}; ") +
                (best.Method == measured[0].Method ? $"{best.Method}, which is published, is best here" : best.Method == "clusters" ? "clusters are best here; 'scorer novel' lists their rows" : $"{best.Method} is best here, and not published: give --learn {best.Method}");
        }
    }

    /// <summary>How far confidence and accuracy lie apart; null where nobody asked.</summary>
    public static string? Calibration(ModelCalibration? calibration) => calibration switch
    {
        null => null,
        { Why: { } why } => why,
        { Committee: { } fit } => FormattableString.Invariant($"a committee's confidence and accuracy lie {100 * fit.ErrorBefore:F1} points apart (expected calibration error), {100 * fit.ErrorAfter:F1} by a temperature of {fit.Temperature:F2}, which scorer score --probabilities calibrated uses") + (calibration.Rows < ManyRows ? FormattableString.Invariant($"; of {calibration.Rows:N0} rows alone both come out too high") : ""),
        _ => "no temperature fits the predictions: they are not finite",
    };

    /// <summary>How much of a difference may be chance; null where that is little.</summary>
    public static string? Coarseness(double accuracy, int rows)
    {
        var within = HoldoutResults.MarginOf(accuracy, rows);
        return within < Coarse ? null : FormattableString.Invariant($"{rows:N0} rows tell it to within {100 * within:F0} points: smaller differences between rounds may be chance");
    }

    /// <summary>The command that asks for the next labels.</summary>
    /// <param name="labels">Of rows that are not to be asked for again.</param>
    public static string Next(TrainRequest request, IReadOnlyList<string> labels)
    {
        var model = StorageAddress.Join(request.Models, request.Task);
        return request.Export == ExportKind.Full && TokensOf(model) is { } column && !ShardSet.Resolve(request.Pool).HasColumn(column)
            ? NextCommand.Line("trainer", "import", "--texts", "FILE", "--tokens", model, "--out", "new")
            : NextCommand.Line(
                "scorer",
                [
                    "score", "--model", model, .. NextCommand.Option("--pool", request.Pool), "--out", "scored", "--top", "200",
                    .. NextCommand.Option("--exclude", labels), .. request.Export == ExportKind.Full ? RowOptions.GivenOfPictures : RowOptions.Given,
                ]);
    }

    /// <summary>The column of token ids that a published model takes; null where it takes none.</summary>
    private static string? TokensOf(string model) => ModelPackage.ManifestOf(model)?.Inputs.FirstOrDefault(input => input.Tokens is not null)?.Columns[0];
}
