using ParquetPool.Errors;
using ParquetPool.Texts;

namespace ParquetPool.Exports;

/// <summary>What a labelling team hands back: a <see cref="LabelTable"/> or a <see cref="LabelJson"/>, from whatever tool.</summary>
/// <param name="Entries">In the order in which they were given where the file tells it, else in the order of the file.</param>
/// <param name="Unlabelled">Rows that were handed back without a label.</param>
public sealed record LabelSheet(IReadOnlyList<LabelEntry> Entries, int Unlabelled)
{
    /// <summary>What could not be taken, by what is the matter.</summary>
    public IReadOnlyList<LabelNote> Notes { get; init; } = [];

    /// <summary>Whether the file is no table.</summary>
    /// <exception cref="DataException">There is no such file.</exception>
    public static bool IsExport(string path) => LabelFormat.Of(path) != LabelFormat.Kind.Table;

    /// <summary>Reads one file.</summary>
    /// <param name="control">The control, question or column whose choices are labels.</param>
    /// <exception cref="DataException">The file is none of the forms, a column is missing, or a label has no id.</exception>
    public static LabelSheet Read(string path, string control = LabelStudioExport.Control) => Read(new SheetBuilder(path, control));

    /// <summary>The ids of all that one file says something of, whatever it says.</summary>
    /// <exception cref="DataException">The file is none of the forms, or does not name its rows.</exception>
    public static IEnumerable<string?> ReadIds(string path) => IsExport(path)
        ? Read(new SheetBuilder(path, LabelStudioExport.Control) { IsForIds = true }).Entries.Select(e => e.Id)
        : TextTable.ReadLabels(path, LabelColumns.IdOf(path, TextTable.Columns(path)).Name).Select(values => values[0]);

    private static LabelSheet Read(SheetBuilder sheet)
    {
        try
        {
            switch (LabelFormat.Of(sheet.Path))
            {
                case LabelFormat.Kind.Json:
                    LabelJson.Read(sheet);
                    break;
                case LabelFormat.Kind.Xml:
                    CvatExport.Read(sheet);
                    break;
                default:
                    LabelTable.Read(sheet);
                    break;
            }
        }
        catch (Exception e) when (e is IndexOutOfRangeException or InvalidOperationException or KeyNotFoundException or ArgumentException or FormatException or OverflowException or NullReferenceException)
        {
            throw new DataException($"{sheet.Path}: not a label file that can be read ({e.Message.ReplaceLineEndings(" ")}): export it again, or hand over a CSV with id and label", e);
        }
        return sheet.ToSheet();
    }
}

/// <summary>What a reader should know of some labels of a file.</summary>
/// <param name="What">What is the matter with them, after their number.</param>
/// <param name="Example">The first one.</param>
public sealed record LabelNote(string What, int Count, string Example)
{
    public override string ToString() => $"{Count} {What} ({Example})";
}

/// <summary>A label as it was read.</summary>
/// <param name="Part">Higher ones were read later: a part of the history, or a file.</param>
/// <param name="Source">The full path of the file it was read from.</param>
/// <param name="Sha256">The file's as it was then.</param>
/// <param name="ReadUtc">When it was read.</param>
public sealed record GivenLabel(int Part, LabelEntry Entry, string Source, string Sha256, DateTimeOffset ReadUtc)
{
    /// <summary>What says that it came later than others: a rule of <see cref="LabelFiles"/>.</summary>
    public string OrderedBy { get; init; } = "";
}
