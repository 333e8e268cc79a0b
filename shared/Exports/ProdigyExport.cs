using System.Text.Json;
using ParquetPool.Errors;

namespace ParquetPool.Exports;

/// <summary>Examples of Prodigy (JSON Lines): the option chosen, or the one label accepted. Format: https://prodi.gy/docs/api-interfaces</summary>
/// <remarks>
/// An example that was rejected or ignored takes back what its annotator said before; where it asked about one label (a binary choice), that label alone. The row is <c>row_id</c> of its meta, else its <c>id</c>.
/// </remarks>
internal static class ProdigyExport
{
    private static readonly string[] Answers = ["accept", "reject", "ignore"];

    public static bool Is(JsonElement element) =>
        JsonField.Get(element, "answer") is { ValueKind: JsonValueKind.String } answer && Answers.Contains(answer.GetString()) && (JsonField.Get(element, "_input_hash") ?? JsonField.Get(element, "accept") ?? JsonField.Get(element, "label")) is not null;

    /// <exception cref="DataException">The example marks spans or does not say which row it is.</exception>
    public static void Read(JsonElement example, SheetBuilder sheet, string place)
    {
        var (row, isRowId) = RecordExport.RowOf(example);
        var isAccepted = JsonField.Text(example, "answer") == "accept";
        if (JsonField.Get(example, "accept") is null && JsonField.List(example, "spans") is { Count: > 0 })
        {
            throw new DataException($"{sheet.Path}: {place} marks spans of a text, expected a choice: label rows as a whole");
        }
        var choice = isAccepted && (JsonField.Get(example, "accept") ?? JsonField.Get(example, "label")) is { } given ? LabelChoice.Of(given) : new LabelChoice.None();
        var label = (choice as LabelChoice.One)?.Name ?? "";
        if (choice is LabelChoice.Several several)
        {
            sheet.Note("labels name several classes and are left out", $"{place}: {SheetBuilder.Short(several.Names)}");
        }
        if (label.Length == 0)
        {
            sheet.Open();
        }
        if (row is null)
        {
            throw new DataException($"{sheet.Path}: {place} does not say which row it is, expected row_id in its meta: put it there before labelling");
        }
        if (label.Length > 0 && OptionsOf(example) is { } options)
        {
            sheet.Note($"labels are the numbers of options, which the file calls {options}", place);
        }
        var annotator = JsonField.Text(example, "_annotator_id", "_session_id") ?? "";
        var asked = JsonField.Get(example, "accept") is null ? JsonField.Text(example, "label") : null;
        sheet.Add(
            new LabelEntry(row, label, annotator, double.NaN)
            {
                Annotation = asked is null ? "" : $"{annotator}: {asked}",
                Time = LabelTime.Parse(JsonField.Text(example, "_timestamp")),
                IsRowId = isRowId,
                Shown = ShownText.Of(JsonField.Text(example, "text")),
            },
            place);
    }

    /// <summary>What options that are numbers are called, such as <c>0 cat, 1 dog</c>; null where they are names themselves.</summary>
    private static string? OptionsOf(JsonElement example) =>
        JsonField.List(example, "options") is { Count: > 0 } options && options.All(option => long.TryParse(JsonField.Text(option, "id"), out var number) && JsonField.Text(option, "text") is { } text && !long.TryParse(text, out number))
            ? SheetBuilder.Short(string.Join(", ", options.Select(option => $"{JsonField.Text(option, "id")} {JsonField.Text(option, "text")}")))
            : null;
}
