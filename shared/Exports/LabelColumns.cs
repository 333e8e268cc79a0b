using ParquetPool.Errors;
using ParquetPool.Texts;

namespace ParquetPool.Exports;

/// <summary>Which columns of a table of labels are read, and as what.</summary>
internal sealed class LabelColumns
{
    private static readonly string[] RowIds = ["row_id"];
    private static readonly string[] Ids = ["id"];
    private static readonly string[] Annotations = ["annotation_id"];

    private readonly string path;
    private readonly IReadOnlyList<string> readable;
    private readonly List<string> columns = [];
    private readonly string id;
    private readonly string? label, question, annotation, annotator, perhaps, seconds, time, truth, withdrawn, text;
    private readonly Dictionary<string, string?> states;

    /// <summary>Finds them.</summary>
    /// <exception cref="DataException">A column is missing, or it is open which of two is meant.</exception>
    public LabelColumns(SheetBuilder sheet)
    {
        path = sheet.Path;
        var present = TextTable.Columns(path);
        readable = TextTable.Columns(path, ofLabels: true);
        (id, IsRowId) = IdOf(path, present);
        columns.Add(id);
        annotation = Find(Annotations);
        label = Find(present, [sheet.Control, LabelStudioExport.Control]);
        question = label is null ? Find([LabelStudioExport.Question, "question"]) : null;
        label ??= (question is null ? null : Find([LabelStudioExport.Answer])) ?? throw Missing(path, "label", present);
        (annotator, seconds, time) = (Find(LabelFields.Annotators), Find(["seconds", "lead_time"]), Find(["updated_at", "created_at", "time", "time_utc", "timestamp", "date"]));
        perhaps = annotator is null ? Find(LabelFields.PerhapsAnnotators) : null;
        (truth, withdrawn, text) = (Find(["ground_truth"]), Find(["withdrawn", "was_cancelled", "cancelled", "skipped"]), Find(LabelFields.Texts));
        states = LabelFields.StateNames.Select(name => (name, Column: Find([name]))).Where(s => s.Column is not null && s.Column != label).ToDictionary(s => s.name, s => s.Column);

        var single = readable.Distinct().Where(name => present.Count(other => other == name) == 1).ToList();
        var free = single.Except(columns).ToList();
        Counter = new TaskCounter(path, id, IsRowId ? [] : free);
        Others = new OtherLabels(sheet, question is null && sheet.Control == LabelStudioExport.Control ? free.Except(Counter.Rivals) : []);
        SayOpen = [.. single.Where(name => name != label && LabelFields.MaySayOpen(name))];
        columns.AddRange(Counter.Rivals.Concat(Others.Columns).Concat(SayOpen).Distinct().Except(columns));
    }

    /// <summary>Whether the id says itself that it is the row's.</summary>
    public bool IsRowId { get; }

    /// <summary>Whether those who are named gave the labels, and did not perhaps write the rows.</summary>
    public bool AnnotatorsAreSure => perhaps is null;

    /// <summary>Those that may say that nobody decided.</summary>
    public IReadOnlyList<string> SayOpen { get; }

    /// <summary>The column of what is answered about; null in a table of labels.</summary>
    public string? Question => question;

    public TaskCounter Counter { get; }

    public OtherLabels Others { get; }

    /// <summary>All rows, one after another.</summary>
    public IEnumerable<LabelRow> Rows() => TextTable.ReadLabels(path, columns).Select((values, at) => new LabelRow(this, values, at + 1L));

    /// <summary>The column that names the rows, and whether it says so itself.</summary>
    /// <exception cref="DataException">There is none, or its ids are the labelling tool's own.</exception>
    public static (string Name, bool IsRowId) IdOf(string path, IReadOnlyList<string> present)
    {
        if (Find(path, present, RowIds) is { } rowId)
        {
            return (rowId, true);
        }
        var id = Find(path, present, Ids) ?? throw Missing(path, "id", present);
        return Find(path, present, Annotations) is null ? (id, false)
            : throw new DataException($"{path}: column id beside annotation_id is the labelling tool's own number, expected row_id, which 'scorer tasks' puts into every task: add a column row_id");
    }

    private string? Find(string[] names) => Find(readable, names);

    private string? Find(IReadOnlyList<string> among, string[] names)
    {
        var found = Find(path, among, names);
        if (found is not null && !columns.Contains(found))
        {
            columns.Add(found);
        }
        return found;
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

    /// <summary>A row of the table.</summary>
    /// <param name="number">From 1.</param>
    public readonly struct LabelRow(LabelColumns table, IReadOnlyList<string?> values, long number)
    {
        public string Place => $"row {number}";

        /// <summary>The cell that says the class, or the answer.</summary>
        public string? Label => Of(table.label);

        /// <summary>Whether the class or super-class is missing that it answers about.</summary>
        public bool LacksQuestion => table.question is not null && LabelText.Read(Of(table.question)) is null;

        /// <summary>Whether it is the header once more, as where files lie one behind the other.</summary>
        /// <exception cref="DataException">It is the header of another order.</exception>
        public bool IsHeader()
        {
            var of = table;
            if (values.Count < 2 || !values.All(cell => cell is not null && of.readable.Contains(cell.Trim())))
            {
                return false;
            }
            return values.Select(cell => cell!.Trim()).SequenceEqual(of.columns) ? true
                : throw new DataException($"{of.path}: {Place} is a header of another order ({string.Join(", ", values)}, where the file begins with {string.Join(", ", of.columns)}): files that lie one behind the other, give each by itself");
        }

        /// <summary>A cell; null where there is no such column or it is empty.</summary>
        public string? Of(string? column) => column is null ? null : values[table.columns.IndexOf(column)];

        /// <summary>All that it says of its label but the class.</summary>
        public StatedLabel Stated()
        {
            var row = this;
            return new(Of(table.id) ?? "", table.IsRowId)
            {
                Annotator = Of(table.annotator),
                PerhapsAnnotator = Of(table.perhaps),
                Annotation = Of(table.annotation),
                IsVersion = table.annotation is not null,
                Refusal = LabelFields.Refusal(name => row.Of(row.StateColumn(name))),
                IsWithdrawn = IsYes(Of(table.withdrawn)),
                Seconds = Of(table.seconds),
                Time = Of(table.time),
                IsGroundTruth = IsYes(Of(table.truth)),
                Text = Of(table.text),
                Question = Of(table.question),
            };
        }

        private string? StateColumn(string name) => table.states.GetValueOrDefault(name);
    }
}
