using ParquetPool.Errors;
using ParquetPool.Texts;

namespace ParquetPool.Exports;

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
    private static readonly string[] Seconds = ["seconds", "lead_time"];
    private static readonly string[] Times = ["updated_at", "created_at", "time", "time_utc", "timestamp", "date"];
    private static readonly string[] GroundTruths = ["ground_truth"];
    private static readonly string[] Withdrawn = ["withdrawn", "was_cancelled", "cancelled", "skipped"];
    private static readonly string[] Annotations = ["annotation_id"];

    /// <exception cref="DataException">A column is missing, or a label has no id.</exception>
    public static void Read(SheetBuilder sheet)
    {
        var present = TextTable.Columns(sheet.Path);
        var columns = new List<string>();
        var (id, isRowId) = IdColumn(sheet.Path, present);
        columns.Add(id);
        var readable = TextTable.Columns(sheet.Path, ofLabels: true);
        var annotation = Find(Annotations);
        var label = FindAmong(present, [sheet.Control, LabelStudioExport.Control]);
        var question = label is null ? Find([LabelStudioExport.Question, "question"]) : null;
        label ??= (question is null ? null : Find([LabelStudioExport.Answer])) ?? throw Missing(sheet.Path, "label", present);
        var (annotator, seconds, time) = (Find(LabelFields.Annotators), Find(Seconds), Find(Times));
        var perhaps = annotator is null ? Find(LabelFields.PerhapsAnnotators) : null;
        sheet.AnnotatorsAreSure = perhaps is null;
        var (truth, withdrawn, text) = (Find(GroundTruths), Find(Withdrawn), Find(LabelFields.Texts));
        var states = LabelFields.StateNames.Select(name => (name, Column: Find([name]))).Where(s => s.Column is not null && s.Column != label).ToDictionary(s => s.name, s => s.Column);
        var row = 0L;
        var single = readable.Distinct().Where(name => present.Count(other => other == name) == 1).ToList();
        var free = single.Except(columns).ToList();
        var counter = new TaskCounter(sheet.Path, id, isRowId ? [] : free);
        var others = new OtherLabels(sheet, question is null && sheet.Control == LabelStudioExport.Control ? free.Except(counter.Rivals) : []);
        var said = single.Where(name => name != label && LabelFields.MaySayOpen(name)).ToList();
        columns.AddRange(counter.Rivals.Concat(others.Columns).Concat(said).Distinct().Except(columns));
        foreach (var values in TextTable.ReadLabels(sheet.Path, columns))
        {
            var place = $"row {++row}";
            string? Of(string? column) => column is null ? null : values[columns.IndexOf(column)];
            counter.See(Of);
            var refusal = LabelFields.Refusal(name => Of(states.GetValueOrDefault(name)));
            if (refusal is { } state)
            {
                sheet.Note($"labels are marked '{state.Word}' in {state.Field} and count for nothing", place);
                if (!LabelFields.TakesBack(state.Word, Of(annotator), Of(annotation)))
                {
                    sheet.Open();
                    continue;
                }
            }
            var takesBack = IsYes(Of(withdrawn)) || refusal is not null;
            var given = takesBack ? new LabelChoice.None() : LabelChoice.OfCell(Of(label));
            if (given is LabelChoice.One one)
            {
                said.ForEach(column => LabelFields.NoteOpen(sheet, place, column, Of(column)));
                others.See(one.Name, Of, place);
            }
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
                    new LabelEntry(Of(id) ?? "", (given as LabelChoice.One)?.Name ?? "", Of(annotator ?? perhaps) ?? "", sheet.Seconds(Of(seconds), place))
                    {
                        Annotation = Of(annotation) ?? "",
                        Time = LabelTime.Parse(Of(time)),
                        IsGroundTruth = IsYes(Of(truth)),
                        IsRowId = isRowId,
                        Shown = ShownText.Of(Of(text)),
                        Question = Of(question) ?? "",
                    },
                    place);
            }
        }
        counter.Require();
        others.Note();

        string? Find(string[] names) => FindAmong(readable, names);

        string? FindAmong(IReadOnlyList<string> among, string[] names)
        {
            var found = LabelTable.Find(sheet.Path, among, names);
            if (found is not null && !columns.Contains(found))
            {
                columns.Add(found);
            }
            return found;
        }
    }

    /// <summary>The column that names the rows, and whether it says so itself.</summary>
    /// <exception cref="DataException">There is none, or its ids are the labelling tool's own.</exception>
    public static (string Name, bool IsRowId) IdColumn(string path, IReadOnlyList<string> present)
    {
        if (Find(path, present, RowIds) is { } rowId)
        {
            return (rowId, true);
        }
        var id = Find(path, present, Ids) ?? throw Missing(path, "id", present);
        return Find(path, present, Annotations) is null ? (id, false)
            : throw new DataException($"{path}: column id beside annotation_id is the labelling tool's own number, expected row_id, which 'scorer tasks' puts into every task: add a column row_id");
    }

    private static string? Find(string path, IReadOnlyList<string> present, string[] names)
    {
        var alike = names.Select(name => present.Where(c => LabelFields.Same(c, name)).ToList()).FirstOrDefault(of => of.Count > 0);
        return alike is [var one, var other, ..]
            ? throw new DataException($"{path}: two columns are called '{one.Trim()}' and '{other.Trim()}', so it is open which is meant: give one of them another name")
            : alike?[0];
    }

    private static DataException Missing(string path, string name, IReadOnlyList<string> present) =>
        new($"{path}: no column {name}: it has {string.Join(", ", present)}{(present is [var only] && only.AsSpan().ContainsAny('|', ' ') ? ", in one cell: separate cells by commas, semicolons or tabs" : "")}");

    private static bool IsYes(string? text) => LabelText.Read(text)?.ToLowerInvariant() is "true" or "1" or "yes" or "y" or "x";
}
