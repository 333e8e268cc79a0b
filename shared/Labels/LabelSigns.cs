using System.Text.RegularExpressions;
using ParquetPool.Texts;

namespace ParquetPool.Labels;

/// <summary>What all new labels together look like, where that is rather something else than classes.</summary>
/// <param name="counts">By class as it is spelled; of classes that nobody knew before.</param>
internal sealed partial class LabelSigns(IReadOnlyDictionary<string, int> counts)
{
    private const int ManyClasses = 20; // Grades in halves are fewer.
    private const int FewOfClass = 3;
    private const int FewestIds = 50;
    private const double NearlyEach = 0.9;
    private const int MostOfSlip = 3;
    private const int TimesOfSlip = 10;
    private const int MostCompared = 200;
    private const string Elsewhere = " (where another column has the classes, name it with --control or --label-column)";
    private static readonly char[] Between = ['#', '|', ';', ',', '/', '+', '&'];

    /// <summary>What is to be asked about before they are taken for classes.</summary>
    public IEnumerable<string> Doubts()
    {
        var all = counts.Values.Sum();
        if (Those(Dates().IsMatch) is { Count: > 0 } dates)
        {
            yield return $"{Sum(dates)} labels are dates or times, which a spreadsheet also makes of words such as 1-2: {ClassNames.List(dates)}";
        }
        else if (Those(Decimals().IsMatch) is { Count: > ManyClasses } scores)
        {
            yield return $"{Sum(scores)} labels are {scores.Count} different numbers with decimals, as scores are: {ClassNames.List(scores)}{Elsewhere}";
        }
        else if (counts.Count >= FewestIds && counts.Count >= NearlyEach * all)
        {
            yield return $"{all} labels are of {counts.Count} classes, nearly every row of its own, as ids are: {ClassNames.List(counts)}{Elsewhere}";
        }
        var (numbers, names) = (Those(Whole().IsMatch), Those(name => name.Count(char.IsLetter) > 1 && !name.Any(char.IsDigit)));
        if (numbers.Count > 1 && names.Count > 1 && numbers.Count <= names.Count)
        {
            yield return $"{Sum(numbers)} labels are numbers and {Sum(names)} are names, perhaps of the same classes: {ClassNames.List(numbers)}; {ClassNames.List(names)}";
        }
        if (Combined() is { Count: > 0 } combined)
        {
            yield return $"{Sum(combined)} labels may name several classes: {ClassNames.List(combined)}";
        }
    }

    /// <summary>What is assumed without asking.</summary>
    public IEnumerable<string> Notes()
    {
        if (Those(Decimals().IsMatch) is { Count: > 0 and <= ManyClasses } grades)
        {
            yield return $"{Sum(grades)} labels are numbers with decimals, each of which is taken for a class of its own, without an order: {ClassNames.List(grades)}";
        }
        if (counts.Count >= ManyClasses && counts.Values.Sum() is var all && all < FewOfClass * counts.Count && !Doubts().Any())
        {
            yield return FormattableString.Invariant($"{all} labels are of {counts.Count} classes, {(double)all / counts.Count:F1} of each: {ClassNames.List(counts)}{Elsewhere}");
        }
        if (Slips().Take(5).ToList() is { Count: > 0 } slips)
        {
            yield return $"{string.Join(", ", slips.Select(slip => $"'{slip.Rare}' ({counts[slip.Rare]}) may be meant for '{slip.Meant}' ({counts[slip.Meant]})"))}, and is taken for a class of its own";
        }
        if (Those(Garbled().IsMatch) is { Count: > 0 } garbled)
        {
            yield return $"{Sum(garbled)} labels look like UTF-8 that was read as another encoding: {ClassNames.List(garbled)}";
        }
    }

    /// <summary>Labels with parts of which one stands first in some and elsewhere in others: no path of names within names does.</summary>
    private List<KeyValuePair<string, int>> Combined()
    {
        var parts = counts.Keys.Select(name => (Name: name, Parts: Between.Where(name.Contains).Take(1).SelectMany(by => name.Split(by)).Select(part => LabelText.Key(part.Trim())).ToList())).Where(of => of.Parts.Count > 1 && of.Parts.TrueForAll(part => part.Length > 0)).ToList();
        var first = parts.Select(of => of.Parts[0]).ToHashSet(StringComparer.Ordinal);
        var moved = parts.SelectMany(of => of.Parts.Skip(1)).Where(first.Contains).ToHashSet(StringComparer.Ordinal);
        return [.. parts.Where(of => of.Parts.Exists(moved.Contains) && !Decimals().IsMatch(of.Name)).Select(of => KeyValuePair.Create(of.Name, counts[of.Name]))];
    }

    private IEnumerable<(string Rare, string Meant)> Slips() => counts.Count > MostCompared ? []
        : counts.Where(rare => rare.Value <= MostOfSlip).OrderBy(rare => rare.Key, StringComparer.Ordinal)
            .Select(rare => (rare.Key, Meant: NearestName.OfClass(rare.Key, counts.Where(of => of.Value >= TimesOfSlip * rare.Value).Select(of => of.Key))))
            .Where(slip => slip.Meant is not null).Select(slip => (slip.Key, slip.Meant!));

    private List<KeyValuePair<string, int>> Those(Func<string, bool> are) => [.. counts.Where(of => are(of.Key))];

    private static int Sum(IEnumerable<KeyValuePair<string, int>> of) => of.Sum(count => count.Value);

    [GeneratedRegex("^[0-9]+$", RegexOptions.NonBacktracking)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?[0-9]*\.[0-9]+([eE][-+]?[0-9]+)?$|^[-+]?[0-9]+,[0-9]+$", RegexOptions.NonBacktracking)]
    private static partial Regex Decimals();

    [GeneratedRegex(@"^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}|[0-9]{1,2}/[0-9]{1,2}/([0-9]{2}){1,2}|[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}|[0-9]{1,2}\.[0-9]{1,2}\.([0-9]{2}){1,2})([T ][0-9].*)?$|^[0-9]{1,2}-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(-([0-9]{2}){1,2})?$|^(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-[0-9]{2}$", RegexOptions.NonBacktracking)]
    private static partial Regex Dates();

    [GeneratedRegex("[\u00C2\u00C3][\u0080-\u00BF]|\u00E2\u20AC", RegexOptions.NonBacktracking)]
    private static partial Regex Garbled();
}
