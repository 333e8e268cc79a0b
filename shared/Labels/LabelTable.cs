using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Labels;

/// <summary>A table <c>id,label[,annotator,seconds]</c> as CSV or Parquet.</summary>
/// <remarks>
/// Spreadsheets are taken as they are: byte order mark, semicolons or tabs, quoted cells, further columns, headers in any case. Rows without a
/// label are not labelled yet. <c>row_id</c> comes before <c>id</c>, for labelling tools call their own numbers <c>id</c>; a column that is called as the
/// control comes before <c>label</c>; <c>lead_time</c> counts as <c>seconds</c>. <c>updated_at</c>, <c>created_at</c> or <c>time</c> say when a label was
/// given, <c>ground_truth</c> that it decides, <c>withdrawn</c> that it is taken back. A table without labels may have <c>question</c> (<c>row_question</c>), a class or
/// super-class, and <c>answer</c>, yes or no.
/// </remarks>
internal static class LabelTable
{
    private static readonly string[] RowIds = ["row_id"];
    private static readonly string[] Ids = ["id"];
    private static readonly string[] Annotators = ["annotator", "completed_by", "annotator_id"];
    private static readonly string[] Seconds = ["seconds", "lead_time"];
    private static readonly string[] Times = ["updated_at", "created_at", "time", "time_utc", "timestamp", "date"];
    private static readonly string[] GroundTruths = ["ground_truth"];
    private static readonly string[] Withdrawn = ["withdrawn", "was_cancelled", "cancelled", "skipped"];
    private static readonly string[] Annotations = ["annotation_id"];
    private static readonly string[] Texts = ["text"];

    /// <exception cref="DataException">A column is missing, or a label has no id.</exception>
    public static void Read(SheetBuilder sheet)
    {
        var present = TextTable.Columns(sheet.Path);
        var columns = new List<string>();
        var rowId = Find(RowIds);
        var id = rowId ?? Find(Ids) ?? throw Missing("id");
        var annotation = Find(Annotations);
        if (rowId is null && annotation is not null)
        {
            throw new DataException($"{sheet.Path}: column id beside annotation_id is the labelling tool's own number, expected row_id, which 'scorer tasks' puts into every task: add a column row_id");
        }
        var label = Find([sheet.Control, LabelStudioExport.Control]);
        var question = label is null ? Find([LabelStudioExport.Question, "question"]) : null;
        label ??= (question is null ? null : Find([LabelStudioExport.Answer])) ?? throw Missing("label");
        var (annotator, seconds, time) = (Find(Annotators), Find(Seconds), Find(Times));
        var (truth, withdrawn, text) = (Find(GroundTruths), Find(Withdrawn), Find(Texts));
        var row = 0L;
        foreach (var values in TextTable.ReadLabels(sheet.Path, columns))
        {
            var place = $"row {++row}";
            string? Of(string? column) => column is null ? null : values[columns.IndexOf(column)];
            var takesBack = IsYes(Of(withdrawn));
            var given = takesBack ? new LabelChoice.None() : LabelChoice.OfCell(Of(label));
            if (given is LabelChoice.Several several)
            {
                sheet.Note("labels name several classes and are left out", $"{place}: {several.Names}");
            }
            else if (given is LabelChoice.None && !takesBack)
            {
                sheet.Open();
            }
            if (given is LabelChoice.One && question is not null && LabelText.Read(Of(question)) is null)
            {
                throw new DataException($"{sheet.Path}: {place}: answer without a question, expected a class or super-class in column {question}: fill it in or delete the row");
            }
            var isTaken = given is LabelChoice.One || takesBack || (given is LabelChoice.Several && annotation is not null);
            if (isTaken)
            {
                sheet.Add(
                    new LabelEntry(Of(id) ?? "", (given as LabelChoice.One)?.Name ?? "", Of(annotator) ?? "", sheet.Seconds(Of(seconds), place))
                    {
                        Annotation = Of(annotation) ?? "",
                        Time = LabelTime.Parse(Of(time)),
                        IsGroundTruth = IsYes(Of(truth)),
                        IsRowId = rowId is not null,
                        Shown = ShownText.Of(Of(text)),
                        Question = Of(question) ?? "",
                    },
                    place);
            }
        }

        string? Find(string[] names)
        {
            var alike = names.Select(name => present.Where(c => c.Trim().Equals(name, StringComparison.OrdinalIgnoreCase)).ToList()).FirstOrDefault(of => of.Count > 0);
            if (alike is [var one, var other, ..])
            {
                throw new DataException($"{sheet.Path}: two columns are called '{one.Trim()}' and '{other.Trim()}', so it is open which is meant: give one of them another name");
            }
            var found = alike?[0];
            if (found is not null && !columns.Contains(found))
            {
                columns.Add(found);
            }
            return found;
        }

        DataException Missing(string name) => new($"{sheet.Path}: no column {name}: it has {string.Join(", ", present)}");
    }

    private static bool IsYes(string? text) => LabelText.Read(text)?.ToLowerInvariant() is "true" or "1" or "yes" or "y" or "x";
}
