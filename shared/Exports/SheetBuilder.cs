using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Texts;

namespace ParquetPool.Exports;

/// <summary>Takes in what a file says, checked: nothing is kept that could not be read again.</summary>
/// <param name="control">The control whose choices are labels.</param>
internal sealed class SheetBuilder(string path, string control)
{
    public const int LongestId = 4096;
    public const int LongestLabel = 1000;
    private const double MostSeconds = 1e9;

    private readonly List<LabelEntry> entries = [];
    private readonly SortedDictionary<string, LabelNote> notes = new(StringComparer.Ordinal);
    private int unlabelled;

    public string Path => path;

    public string Control => control;

    /// <summary>Whether those who are named gave the labels; else they did where rows stand more than once.</summary>
    public bool AnnotatorsAreSure { get; set; } = true;

    /// <summary>Whether rows alone are asked for, whatever was said of them.</summary>
    public bool IsForIds { get; init; }

    /// <summary>Adds a label, or where <see cref="LabelEntry.Label"/> is empty takes one back.</summary>
    /// <exception cref="DataException">There is no id, or id or label are too long.</exception>
    public void Add(LabelEntry entry, string place)
    {
        var id = entry.Id.Trim().Trim('\uFEFF');
        if (id.Length == 0)
        {
            throw new DataException($"{path}: {place}: label {Short(entry.Label)} has no id: fill it in or delete the row");
        }
        if (id.Length > LongestId || entry.Annotator.Length > LongestId || Math.Max(entry.Label.Length, entry.Question.Length) > LongestLabel)
        {
            throw new DataException($"{path}: {place}: id, annotator and label have {id.Length}, {entry.Annotator.Length} and {Math.Max(entry.Label.Length, entry.Question.Length)} characters, expected at most {LongestId}, {LongestId} and {LongestLabel}: name classes and rows shorter");
        }
        if (entry.IsAnswer)
        {
            entry = entry with { Question = LabelText.Read(entry.Question) ?? "", Label = entry.IsWithdrawn ? "" : AnswerOf(entry.Label, place) };
        }
        entries.Add(entry with { Id = id, Annotator = Person(entry.Annotator), AlsoAnnotator = Person(entry.AlsoAnnotator), Annotation = Person(entry.Annotation) });
    }

    /// <summary>Counts a row without a label.</summary>
    public void Open() => unlabelled++;

    /// <summary>Notes what cannot be taken.</summary>
    public void Note(string what, string example, int count = 1) =>
        notes[what] = notes.TryGetValue(what, out var note) ? note with { Count = note.Count + count } : new LabelNote(what, count, example);

    /// <summary>Seconds that somebody took; NaN where the text says none, or none that can be.</summary>
    public double Seconds(string? text, string place)
    {
        if (string.IsNullOrWhiteSpace(text) || LabelText.Read(text) is null)
        {
            return double.NaN;
        }
        // Spreadsheets of half the world write a decimal comma.
        if (double.TryParse(text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= MostSeconds)
        {
            return seconds;
        }
        Note("times taken are no seconds and count as unknown", $"{place}: {Short(text)}");
        return double.NaN;
    }

    /// <summary>What was taken in; by the annotations' own times where all have one.</summary>
    public LabelSheet ToSheet()
    {
        List<LabelEntry> known = AnnotatorsAreSure || entries.DistinctBy(e => e.Id).Count() < entries.Count ? entries : [.. entries.Select(e => e with { Annotator = "" })];
        return new(
            known.All(e => e.Time is not null)
                ? [.. known.OrderBy(e => e.Time).ThenBy(e => long.TryParse(e.Annotation, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)]
                : known,
            unlabelled)
        { Notes = [.. notes.Values] };
    }

    private string AnswerOf(string text, string place) => text.ToLowerInvariant() switch
    {
        LabelEntry.Yes or "y" or "true" or "1" => LabelEntry.Yes,
        LabelEntry.No or "n" or "false" or "0" => LabelEntry.No,
        _ => throw new DataException($"{path}: {place}: answer is '{Short(text)}', expected {LabelEntry.Yes} or {LabelEntry.No}: correct it, or leave it empty where there is none yet"),
    };

    public static string Short(string text) => text.Length > 60 ? $"{text[..60]}…" : text;

    /// <summary>One spelling of a person or an annotation: numbers may have become doubles, addresses capitals.</summary>
    private static string Person(string name) => LabelText.Read(name) is { } known ? known.Contains('@') ? known.ToLowerInvariant() : known : "";
}
