using System.Globalization;
using System.Text.Json;

namespace ParquetPool.Exports;

/// <summary>Items of a Datumaro JSON, as CVAT exports classifications: one label an item. Format: https://openvinotoolkit.github.io/datumaro</summary>
internal static class DatumaroExport
{
    /// <param name="labels">The categories' labels, which items name by their place.</param>
    public static void Read(JsonElement item, JsonElement labels, SheetBuilder sheet, string place)
    {
        var names = (JsonField.List(labels, "labels") ?? []).Select(l => JsonField.Text(l, "name") ?? "").ToList();
        var chosen = (JsonField.List(item, "annotations") ?? []).Where(a => JsonField.Text(a, "type") == "label").Select(a => JsonField.Text(a, "label_id")).Distinct().ToList();
        var one = chosen is [{ } id] && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < names.Count ? names[at] : null;
        if (chosen.Count > 1)
        {
            sheet.Note("labels name several classes and are left out", $"{place}: {chosen.Count} labels");
        }
        if (one is null || LabelChoice.OfCell(one) is not LabelChoice.One given)
        {
            sheet.Open();
            return;
        }
        var (row, isRowId) = JsonField.Get(item, "attr") is { } attributes && JsonField.Text(attributes, LabelStudioExport.RowId) is { } named ? (named, true) : (JsonField.Text(item, "id") ?? "", false);
        sheet.Add(new LabelEntry(row, given.Name, "", double.NaN) { IsRowId = isRowId }, place);
    }
}
