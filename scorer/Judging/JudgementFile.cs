using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Scorer.Findings;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Judging;

/// <summary>A CSV of judgements, as <c>report.html</c> saves it or as ciFAIR's lists are: <c>TestID,TrainID,Distance,Judgment</c>.</summary>
/// <remarks>
/// <c>Judgment</c>: 0 exact, 1 near-duplicate, 2 very similar, 3 different; an empty one is left out. <c>Distance</c> is not read. Where
/// there is a <c>Kind</c> (test-train, test-test, ...) it tells which ids <c>TrainID</c> means; where there is none, the audit's pairs do. Where
/// there is a <c>Judge</c>, it names the person; otherwise the file does.
/// </remarks>
internal static class JudgementFile
{
    private static readonly string[] Optional = ["Kind", "Judge"];

    /// <summary>A line that judges a pair of the audit.</summary>
    /// <param name="Place">File and row, for messages.</param>
    public sealed record Line(ListedPair Pair, string Judge, Judgement Judgement, string Place);

    /// <summary>The lines of a file.</summary>
    /// <param name="pairs">The audit's, by ids.</param>
    /// <exception cref="DataException">The file is malformed, or a line names no pair of the audit or no judgement.</exception>
    public static IEnumerable<Line> Read(string path, ILookup<(string TestId, string OtherId), ListedPair> pairs)
    {
        var present = TextTable.Columns(path);
        List<string> columns = ["TestID", "TrainID", "Judgment", .. Optional.Where(present.Contains)];
        string? Of(string?[] row, string column) => columns.IndexOf(column) is >= 0 and var at && row[at] is { Length: > 0 } text ? text : null;
        var number = 0;
        foreach (var row in TextTable.Read(path, columns))
        {
            var place = $"{path}: row {++number}";
            if (Of(row, "Judgment") is { } judgement)
            {
                yield return new Line(
                    Find(pairs, Of(row, "Kind"), row[0] ?? "", row[1] ?? "", place), Of(row, "Judge") ?? Path.GetFileNameWithoutExtension(path), Number(judgement, place), place);
            }
        }
    }

    private static ListedPair Find(ILookup<(string TestId, string OtherId), ListedPair> pairs, string? kind, string testId, string otherId, string place)
    {
        var found = pairs[(testId, otherId)].Concat(pairs[(otherId, testId)].Where(pair => pair.Inside)).Where(pair => kind is null || pair.Kind == kind).Distinct().ToList();
        return found.Count == 1
            ? found[0]
            : throw new DataException(found.Count == 0
                ? $"{place}: the audit lists no pair of {testId} and {otherId}{(kind is null ? "" : $" of kind {kind}")}: judge the pairs of this audit, or name the audit they are from"
                : $"{place}: {testId} and {otherId} are pairs of several kinds ({string.Join(", ", found.Select(pair => pair.Kind))}): say which in a column Kind");
    }

    private static Judgement Number(string text, string place) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Judgements.All.Contains((Judgement)number)
            ? (Judgement)number
            : throw new DataException($"{place}: Judgment is {text}, expected {string.Join(", ", Judgements.All.Select(j => $"{(int)j} ({j.Word()})"))}");
}
