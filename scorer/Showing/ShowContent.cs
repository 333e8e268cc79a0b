namespace ParquetPool.Scorer.Showing;

/// <summary>What <c>show.html</c> holds beside its own text: the page's script reads it as JSON.</summary>
/// <param name="Rows">In the order of the file.</param>
/// <param name="More">Whether the file has more rows than are shown.</param>
/// <param name="Model">Its name; null where none is known.</param>
/// <param name="RankedBy">The score that ordered the file; null where none did.</param>
/// <param name="Likeness">Null where the rows have no vectors.</param>
internal sealed record ShowContent(string File, string? Model, string? RankedBy, bool More, IReadOnlyList<ShownItem> Rows, IReadOnlyList<ShownScore> Scores, Likeness? Likeness)
{
    /// <summary>What the rows are near to; null where they are a file's.</summary>
    public SoughtItem? Sought { get; init; }

    /// <summary>How the first score of all rows of the pool is spread; null where only the rows shown are known.</summary>
    public ShownSpread? Spread { get; init; }
}

/// <summary>What was looked for.</summary>
/// <param name="Text">Its words, or what it is called.</param>
/// <param name="Picture">An address that holds it; null for none.</param>
internal sealed record SoughtItem(string Text, string? Picture);

/// <summary>A row.</summary>
/// <param name="Reason">Why a selection took it.</param>
/// <param name="Picture">An address that holds it; null where the row has none.</param>
/// <param name="Values">The first numbers of its vector, where there is no picture.</param>
/// <param name="Width">All numbers of the vector.</param>
/// <param name="Texts">Column, value, column, value.</param>
internal sealed record ShownItem(
    string Id, string Shard, long Row, string? Predicted, string? Label, string? Reason, string? Picture, IReadOnlyList<double?>? Values, int Width, IReadOnlyList<string?> Texts);

/// <summary>A score of the rows.</summary>
/// <param name="Values">[row]; null where it is not known.</param>
internal sealed record ShownScore(string Name, IReadOnlyList<double?> Values)
{
    private const int Digits = 6;

    /// <summary>A number as the page shows it: six digits that count; null for one that is none.</summary>
    public static double? Rounded(double? value) => value is not { } number || !double.IsFinite(number) ? null
        : number == 0 ? 0
        : double.Parse(number.ToString($"G{Digits}", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>All scores that one of the rows has, in the order in which they are met.</summary>
    public static IReadOnlyList<ShownScore> Of(IReadOnlyList<Labelling.AskedRow> rows)
    {
        const string Confidence = "confidence";
        List<string> names = [.. rows.SelectMany(row => row.Scores.Keys).Distinct()];
        var score = new ShownScore("score", [.. rows.Select(row => Rounded(row.Score))]);
        var confidence = new ShownScore(Confidence, [.. rows.Select(row => Rounded(row.Confidence))]);
        List<ShownScore> named = [.. names.Select(name => new ShownScore(name, [.. rows.Select(row => row.Scores.TryGetValue(name, out var value) ? Rounded(value) : null)]))];
        // The score that a file is ranked by stands in it a second time, by its name.
        var first = named.FirstOrDefault(of => of.Values.SequenceEqual(score.Values));
        return [.. new[] { first ?? score }.Concat(named.Where(of => of != first)).Append(confidence).Where(of => of.Values.Any(value => value is not null))];
    }
}
