using System.Text.Json;
using ParquetPool.Errors;

namespace ParquetPool.Exports;

/// <summary>Data rows of Labelbox (NDJSON): the radio answer to the one question. Format: https://docs.labelbox.com/reference/label-export</summary>
/// <remarks>The row is <c>row_id</c> of the metadata, else the data row's <c>global_key</c> or <c>external_id</c>; Labelbox's own id is none.</remarks>
internal static class LabelboxExport
{
    private const string Done = "DONE";

    /// <exception cref="DataException">The data row does not say which row it is, or its answers are to other questions.</exception>
    public static void Read(JsonElement element, SheetBuilder sheet, string place)
    {
        if (JsonField.Get(element, "data_row") is not { } data || JsonField.Get(element, "projects") is not { ValueKind: JsonValueKind.Object } projects)
        {
            throw new DataException($"{sheet.Path}: {place} is of Labelbox's old JSON export, expected the NDJSON of its export v2: export it again");
        }
        var row = JsonField.List(element, "metadata_fields")?.Where(f => JsonField.Text(f, "schema_name", "name") == LabelStudioExport.RowId).Select(f => JsonField.Text(f, "value")).FirstOrDefault(v => v is not null)
            ?? JsonField.Text(data, LabelStudioExport.RowId, "global_key", "external_id")
            ?? throw new DataException($"{sheet.Path}: {place} does not say which row it is, expected its global_key: give every data row the row's id as its global key");
        var labels = projects.EnumerateObject().SelectMany(p => JsonField.List(p.Value, "labels") ?? []).ToList();
        if (labels.Count > 0 && projects.EnumerateObject().Select(p => JsonField.Get(p.Value, "project_details") is { } details ? JsonField.Text(details, "workflow_status") : null).FirstOrDefault(status => status is not (null or Done)) is { } open)
        {
            sheet.Note($"data rows are {open} in their workflow, and their labels count all the same", place);
        }
        var labelled = labels.Count(label => Take(label, row, ShownText.Of(JsonField.Text(data, "row_data")), sheet, place));
        if (labelled == 0)
        {
            sheet.Open();
        }
    }

    private static bool Take(JsonElement label, string row, string shown, SheetBuilder sheet, string place)
    {
        var answers = JsonField.Get(label, "annotations") is { } annotations ? JsonField.List(annotations, "classifications") ?? [] : [];
        var ours = answers.Where(a => JsonField.Text(a, "name") == sheet.Control || JsonField.Text(a, "value") == sheet.Control).ToList();
        if (ours.Count == 0 && answers.Count > 0)
        {
            throw new DataException($"{sheet.Path}: {place} answers {string.Join(", ", answers.Select(a => JsonField.Text(a, "name") ?? "").Distinct().Take(8))}, expected the question {sheet.Control}: name the question whose answers are the classes with --control");
        }
        var choices = ours.SelectMany(Answers).Select(a => JsonField.Text(a, "name", "value")).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var isSkipped = JsonField.Get(label, "performance_details") is { } work && JsonField.Flag(work, "skipped");
        if (isSkipped)
        {
            sheet.Note("labels were skipped and count for nothing", place);
        }
        if (choices.Count > 1 && !isSkipped)
        {
            sheet.Note("labels name several classes and are left out", $"{place}: {SheetBuilder.Short(string.Join(", ", choices))}");
        }
        var given = !isSkipped && choices.Count == 1 && LabelChoice.OfCell(choices[0]) is LabelChoice.One one ? one.Name : "";
        var details = JsonField.Get(label, "label_details") ?? default;
        sheet.Add(
            new LabelEntry(row, given, JsonField.Text(details, "created_by") ?? "", sheet.Seconds(JsonField.Get(label, "performance_details") is { } performance ? JsonField.Text(performance, "seconds_to_create") : null, place))
            {
                Annotation = JsonField.Text(label, "id") ?? "",
                Time = LabelTime.Parse(JsonField.Text(details, "updated_at", "created_at")),
                IsRowId = true,
                Shown = shown,
            },
            place);
        return given.Length > 0;
    }

    private static IEnumerable<JsonElement> Answers(JsonElement classification) =>
        JsonField.Get(classification, "radio_answer") is { } radio ? [radio] : JsonField.List(classification, "checklist_answers") ?? [];
}
