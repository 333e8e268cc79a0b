using System.Text.Json;
using ParquetPool.Commands;
using ParquetPool.Storage;

namespace ParquetPool.Contract;

/// <summary>The JSON export of Label Studio: an array of tasks, each with its <c>data</c> and <c>annotations</c>.</summary>
/// <remarks>
/// Of each annotation the one choice counts (of the control named <c>label</c> where there are several), its <c>completed_by</c> and its
/// <c>lead_time</c>; skipped ones (<c>was_cancelled</c>) and empty ones are no labels. A task says which row it is by <c>row_id</c> in its
/// data or meta, or by <c>id</c> in its data. Annotations are taken in the order of <c>updated_at</c>.
/// Format: https://labelstud.io/guide/task_format
/// </remarks>
public static class LabelStudioExport
{
    /// <summary>The field of a task's data and meta that holds the row's id.</summary>
    public const string RowId = "row_id";

    /// <summary>The name of the control whose choices are labels.</summary>
    public const string Control = "label";

    private const string Remedy = "export the project again as JSON";

    /// <summary>Whether the file is JSON.</summary>
    internal static bool Is(string path)
    {
        if (StoredFiles.Length(path) is null)
        {
            return false;
        }
        using var local = StoredFiles.Open(path);
        using var text = new StreamReader(local.Path);
        int next;
        do
        {
            next = text.Read();
        }
        while (next >= 0 && char.IsWhiteSpace((char)next));
        return next is '[' or '{';
    }

    /// <summary>Reads the tasks.</summary>
    /// <exception cref="DataException">The file is no such export, a task does not say which row it is, or an annotation has several choices.</exception>
    internal static LabelSheet Read(string path)
    {
        try
        {
            using var local = StoredFiles.Open(path);
            using var file = File.OpenRead(local.Path);
            using var json = JsonDocument.Parse(file);
            var entries = new List<(string Updated, LabelEntry Entry)>();
            var unlabelled = 0;
            foreach (var (place, task) in json.RootElement.EnumerateArray().Index())
            {
                var annotations = task.TryGetProperty("annotations", out var all) && all.ValueKind == JsonValueKind.Array
                    ? all.EnumerateArray().ToList()
                    : throw new DataException($"{path}: task {place + 1} has no annotations, expected Label Studio's JSON format (not JSON-MIN): {Remedy}");
                var labelled = 0;
                foreach (var annotation in annotations.Where(a => !Flag(a, "was_cancelled")))
                {
                    if (Choice(annotation, $"{path}: task {place + 1}") is { } label)
                    {
                        labelled++;
                        entries.Add((Text(annotation, "updated_at") ?? "", new LabelEntry(IdOf(task, path, place + 1), label, Annotator(annotation), Seconds(annotation))));
                    }
                }
                unlabelled += labelled == 0 ? 1 : 0;
            }
            return new LabelSheet([.. entries.OrderBy(e => e.Updated, StringComparer.Ordinal).Select(e => e.Entry)], unlabelled);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new DataException($"{path}: no export of Label Studio ({e.Message}): {Remedy}", e);
        }
    }

    private static string IdOf(JsonElement task, string path, int place) =>
        Field(task, "data", RowId) ?? Field(task, "meta", RowId) ?? Field(task, "data", "id")
        ?? throw new DataException($"{path}: task {place} does not say which row it is, expected {RowId} in its data: make the tasks with 'scorer tasks'");

    private static string? Field(JsonElement task, string part, string name) =>
        task.TryGetProperty(part, out var fields) && fields.ValueKind == JsonValueKind.Object ? Text(fields, name) : null;

    private static string? Choice(JsonElement annotation, string where)
    {
        var choices = annotation.TryGetProperty("result", out var results) && results.ValueKind == JsonValueKind.Array
            ? results.EnumerateArray().Where(r => Text(r, "type") == "choices").ToList()
            : [];
        var chosen = choices.Count > 1 ? choices.Where(r => Text(r, "from_name") == Control).ToList() : choices;
        var labels = chosen.SelectMany(r => r.GetProperty("value").GetProperty("choices").EnumerateArray()).Select(c => c.GetString()!).ToList();
        return (choices.Count, labels.Count) switch
        {
            (0, _) or (1, 0) => null,
            (_, 1) => labels[0],
            _ => throw new DataException($"{where} has {labels.Count} choices of {Control}, expected one: use choice=\"single\" and name=\"{Control}\" in the labelling interface"),
        };
    }

    private static string Annotator(JsonElement annotation) =>
        !annotation.TryGetProperty("completed_by", out var by) ? ""
        : by.ValueKind == JsonValueKind.Object ? Text(by, "email") ?? Text(by, "id") ?? ""
        : Text(annotation, "completed_by") ?? "";

    private static double Seconds(JsonElement annotation) =>
        annotation.TryGetProperty("lead_time", out var time) && time.ValueKind == JsonValueKind.Number ? time.GetDouble() : double.NaN;

    private static bool Flag(JsonElement element, string name) => element.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;

    private static string? Text(JsonElement element, string name) => !element.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };
}
