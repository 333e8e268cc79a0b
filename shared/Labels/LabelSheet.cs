using ParquetPool.Errors;

namespace ParquetPool.Labels;

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
    public static LabelSheet Read(string path, string control = LabelStudioExport.Control)
    {
        var sheet = new SheetBuilder(path, control);
        try
        {
            switch (LabelFormat.Of(path))
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
            throw new DataException($"{path}: not a label file that can be read ({e.Message.ReplaceLineEndings(" ")}): export it again, or hand over a CSV with id and label", e);
        }
        return sheet.ToSheet();
    }
}
