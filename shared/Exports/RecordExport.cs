using System.Text.Json;
using ParquetPool.Errors;

namespace ParquetPool.Exports;

/// <summary>Flat records: doccano's JSON and JSON Lines, Label Studio's JSON-MIN, or anybody's objects with <c>id</c> and <c>label</c>.</summary>
/// <remarks>The row is <c>row_id</c> of the record or its meta, else <c>id</c>; doccano's <c>label</c> is a list.</remarks>
internal static class RecordExport
{
    private static readonly string[] Parts = ["meta", "metadata"];

    public static bool Is(JsonElement record, SheetBuilder sheet) => record.ValueKind == JsonValueKind.Object && LabelOf(record, sheet) is not null && RowOf(record).Row is not null;

    /// <exception cref="DataException">The label marks spans, or the id is the tool's own.</exception>
    public static void Read(JsonElement record, SheetBuilder sheet, string place)
    {
        var (row, isRowId) = RowOf(record);
        if (!isRowId && JsonField.Get(record, "annotation_id") is not null)
        {
            throw new DataException($"{sheet.Path}: {place}: id beside annotation_id is the labelling tool's own number, expected row_id: make the tasks with 'scorer tasks'");
        }
        if (!isRowId && record.TryGetProperty("Comments", out var comments) && comments.ValueKind == JsonValueKind.Array)
        {
            throw new DataException($"{sheet.Path}: {place}: id beside Comments is doccano's own number, expected row_id: make the tasks with 'scorer tasks', or where these are the rows' ids call them row_id");
        }
        var stated = Stated(record, sheet, row!, isRowId);
        sheet.AnnotatorsAreSure &= stated.PerhapsAnnotator is null;
        if (stated.IsSetAside(sheet, place))
        {
            return;
        }
        var choice = stated.TakesBack ? new LabelChoice.None() : LabelChoice.Of(LabelOf(record, sheet)!.Value);
        if (choice is LabelChoice.One)
        {
            foreach (var field in record.EnumerateObject().Where(field => LabelFields.MaySayOpen(field.Name)))
            {
                LabelFields.NoteOpen(sheet, place, field.Name, JsonField.Scalar(field.Value));
            }
        }
        if (choice is LabelChoice.Other)
        {
            var label = LabelOf(record, sheet)!.Value;
            throw new DataException(label.ValueKind == JsonValueKind.Array && label.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Array)
                ? $"{sheet.Path}: {place} has labels that mark parts of a text, expected the class of the row: label rows as a whole"
                : $"{sheet.Path}: {place} has the label {SheetBuilder.Short(label.GetRawText().ReplaceLineEndings(" "))}, expected the name of a class: hand over a CSV with id and label");
        }
        stated.AddTo(sheet, choice, place);
    }

    /// <summary>All that a record says of its label but the class.</summary>
    private static StatedLabel Stated(JsonElement record, SheetBuilder sheet, string row, bool isRowId)
    {
        var annotator = JsonField.Text(record, LabelFields.Annotators);
        var annotation = JsonField.Text(record, "annotation_id");
        var question = QuestionOf(record, sheet);
        return new(row, isRowId)
        {
            Annotator = annotator,
            PerhapsAnnotator = annotator is null ? JsonField.Text(record, LabelFields.PerhapsAnnotators) : null,
            Annotation = annotation,
            IsVersion = annotation is not null,
            Refusal = LabelFields.Refusal(name => question is not null && name == LabelStudioExport.Answer ? null : JsonField.Text(record, name)),
            IsWithdrawn = JsonField.Flag(record, "withdrawn") || JsonField.Flag(record, "was_cancelled"),
            Seconds = JsonField.Text(record, "lead_time", "seconds"),
            Time = JsonField.Text(record, "updated_at", "created_at", "time", "timestamp"),
            IsGroundTruth = JsonField.Flag(record, "ground_truth"),
            Text = LabelFields.TextOf(record),
            Question = question,
        };
    }

    /// <summary>The row that a record is about, and whether it says so itself.</summary>
    internal static (string? Row, bool IsRowId) RowOf(JsonElement record)
    {
        var named = JsonField.Text(record, LabelStudioExport.RowId)
            ?? Parts.Select(part => JsonField.Get(record, part)).OfType<JsonElement>().Select(part => JsonField.Text(part, LabelStudioExport.RowId)).FirstOrDefault(id => id is not null);
        return named is not null ? (named, true) : (JsonField.Text(record, "id"), false);
    }

    /// <summary>Looks whether the records' <c>id</c> counts them while another number names each; <paramref name="first"/> says which numbers there are.</summary>
    public static TaskCounter Counter(JsonElement first, SheetBuilder sheet) =>
        new(sheet.Path, "id", RowOf(first).IsRowId ? [] : Parts.Where(part => JsonField.Get(first, part) is { ValueKind: JsonValueKind.Object }).SelectMany(part => Numbers(first.GetProperty(part)).Select(name => $"{part}.{name}")).Concat(Numbers(first)).Where(name => name != "id"));

    /// <summary>The value of a name that <see cref="Counter"/> gives.</summary>
    public static string? ValueOf(JsonElement record, string name) =>
        JsonField.Text(record, name) ?? (name.Split('.', 2) is [var part, var inner] && JsonField.Get(record, part) is { } of ? JsonField.Text(of, inner) : null);

    private static IEnumerable<string> Numbers(JsonElement of) => of.EnumerateObject().Where(p => JsonField.Scalar(p.Value) is not null).Select(p => p.Name).Distinct();

    /// <summary>What a record without a label is an answer to.</summary>
    private static string? QuestionOf(JsonElement record, SheetBuilder sheet) =>
        JsonField.Get(record, LabelStudioExport.Answer) is null || JsonField.Get(record, sheet.Control) is not null || JsonField.Get(record, LabelStudioExport.Control) is not null ? null
        : JsonField.Text(record, LabelStudioExport.Question, "question");

    /// <summary>The name of the class that a label of SageMaker numbers. Format: https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html</summary>
    private static JsonElement? Named(JsonElement record, string name) =>
        JsonField.Get(record, $"{name}-metadata") is not { } said ? null
        : JsonField.Get(said, "class-name") ?? (JsonField.Get(said, "class-map") is { ValueKind: JsonValueKind.Object } map && map.EnumerateObject().ToList() is [var only] ? only.Value : null);

    private static JsonElement? LabelOf(JsonElement record, SheetBuilder sheet)
    {
        if (QuestionOf(record, sheet) is not null)
        {
            return JsonField.Get(record, LabelStudioExport.Answer);
        }
        foreach (var name in (string[])[sheet.Control, LabelStudioExport.Control, "labels"])
        {
            if (record.TryGetProperty(name, out var found))
            {
                return Named(record, name) ?? found;
            }
        }
        return null;
    }
}
