using System.Text.Json;
using ParquetPool.Errors;

namespace ParquetPool.Exports;

/// <summary>Records of Argilla: people's responses to the one question. Format: https://docs.argilla.io/latest/how_to_guides/import_export</summary>
/// <remarks>Discarded responses take back what their annotator said before, drafts and suggestions are no labels. The row is <c>row_id</c> of the metadata, else the record's <c>id</c> or <c>external_id</c>.</remarks>
internal static class ArgillaExport
{
    public static bool Is(JsonElement element) => JsonField.Get(element, "responses") is not null || (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("annotation_agent", out _));

    /// <exception cref="DataException">The record does not say which row it is, answers other questions, or marks parts of a text.</exception>
    public static void Read(JsonElement record, SheetBuilder sheet, string place)
    {
        var (row, isRowId) = RecordExport.RowOf(record);
        row = isRowId ? row : JsonField.Text(record, "external_id") ?? row;
        var responses = JsonField.Get(record, "responses") is { } given ? Responses(given, sheet, place).ToList() : Annotation(record).ToList();
        var labelled = 0;
        foreach (var (value, annotator, status, id) in responses)
        {
            if (status is "draft" or "pending")
            {
                continue;
            }
            var choice = status is "discarded" ? new LabelChoice.None() : LabelChoice.Of(value);
            if (choice is LabelChoice.Other)
            {
                throw new DataException($"{sheet.Path}: {place} has labels that mark parts of a text, expected the class of the row: label rows as a whole");
            }
            if (choice is LabelChoice.Several several)
            {
                sheet.Note("labels name several classes and are left out", $"{place}: {SheetBuilder.Short(several.Names)}");
            }
            var label = (choice as LabelChoice.One)?.Name ?? "";
            labelled += label.Length > 0 ? 1 : 0;
            sheet.Add(
                new LabelEntry(row ?? "", label, annotator, double.NaN)
                {
                    Annotation = id,
                    Time = LabelTime.Parse(JsonField.Text(record, "updated_at")),
                    IsRowId = isRowId,
                    Shown = ShownText.Of(JsonField.Get(record, "fields") is { } fields ? JsonField.Text(fields, "text") : JsonField.Text(record, "text")),
                },
                place);
        }
        if (labelled == 0)
        {
            sheet.Open();
        }
    }

    /// <summary>The one annotation that version 1 keeps of a record.</summary>
    private static IEnumerable<(JsonElement Value, string Annotator, string Status, string Id)> Annotation(JsonElement record) => JsonField.Get(record, "annotation") is { } said
        ? [(said, JsonField.Text(record, "annotation_agent") ?? "", JsonField.Text(record, "status")?.ToLowerInvariant() ?? "", "")]
        : [];

    /// <summary>By question, as records are exported now, or by response, as the server keeps them.</summary>
    private static IEnumerable<(JsonElement Value, string Annotator, string Status, string Id)> Responses(JsonElement responses, SheetBuilder sheet, string place)
    {
        if (responses.ValueKind == JsonValueKind.Array)
        {
            foreach (var response in responses.EnumerateArray())
            {
                var values = JsonField.Get(response, "values") ?? default;
                if (JsonField.Get(values, sheet.Control) is { } answer)
                {
                    yield return (JsonField.Get(answer, "value") ?? answer, JsonField.Text(response, "user_id") ?? "", JsonField.Text(response, "status") ?? "", JsonField.Text(response, "id") ?? "");
                }
                else if (values.ValueKind == JsonValueKind.Object && values.EnumerateObject().Any())
                {
                    throw Unasked(values, sheet, place);
                }
            }
            yield break;
        }
        if (JsonField.List(responses, sheet.Control) is { } answers)
        {
            foreach (var answer in answers)
            {
                yield return (JsonField.Get(answer, "value") ?? default, JsonField.Text(answer, "user_id") ?? "", JsonField.Text(answer, "status") ?? "", "");
            }
        }
        else if (responses.ValueKind == JsonValueKind.Object && responses.EnumerateObject().Any())
        {
            throw Unasked(responses, sheet, place);
        }
    }

    private static DataException Unasked(JsonElement questions, SheetBuilder sheet, string place) =>
        new($"{sheet.Path}: {place} answers {string.Join(", ", questions.EnumerateObject().Select(q => q.Name).Take(8))}, expected the question {sheet.Control}: name the question whose answers are the classes with --control");
}
