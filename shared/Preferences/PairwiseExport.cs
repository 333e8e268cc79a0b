using System.Text.Json;
using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Storage;

namespace ParquetPool.Preferences;

/// <summary>Label Studio's JSON export of tasks about two rows each, and records with left, right and answer.</summary>
/// <remarks>
/// A task says which rows it shows by <c>left_id</c> and <c>right_id</c> in its data or meta. Of an annotation count the side of the one <c>Pairwise</c> and, where none
/// is chosen, the one choice <c>equal</c> or <c>incomparable</c>; one that says both, was skipped or is empty counts for nothing. Format:
/// https://labelstud.io/tags/pairwise
/// </remarks>
public static class PairwiseExport
{
    /// <summary>The fields of a task's data and meta that hold the rows' ids.</summary>
    public const string LeftId = "left_id";
    public const string RightId = "right_id";

    /// <summary>The control by which a side is chosen; a table's column.</summary>
    public const string Control = "answer";

    /// <summary>The control by which neither is.</summary>
    public const string Otherwise = "otherwise";

    private static readonly string[] Parts = ["data", "meta"];

    /// <exception cref="DataException">The file is no such export, or a task does not say which rows it shows.</exception>
    internal static void Read(PreferenceSheet sheet)
    {
        var number = 0;
        try
        {
            using var local = UnpackedFile.Open(sheet.Path);
            using var file = File.OpenRead(local.Path);
            foreach (var (element, _) in new JsonElements(file).Read())
            {
                Read(element, sheet, $"element {++number}");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new DataException($"{sheet.Path}: not JSON that can be read (element {number + 1}: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}): export it again", e);
        }
    }

    private static void Read(JsonElement element, PreferenceSheet sheet, string place)
    {
        if (JsonField.List(element, "annotations") is { } annotations)
        {
            if (IdOf(element, LeftId) is not { } shownLeft || IdOf(element, RightId) is not { } shownRight)
            {
                throw new DataException($"{sheet.Path}: {place} does not say which rows it shows, expected {LeftId} and {RightId} in its data: make the tasks with 'scorer compare', and export as JSON");
            }
            var answers = annotations.Select(annotation => (Annotation: annotation, Answer: AnswerOf(annotation, sheet, place))).Where(a => a.Answer is not null).ToList();
            foreach (var (annotation, answer) in answers)
            {
                sheet.Add(shownLeft, shownRight, answer, LabelStudioExport.AnnotatorOf(annotation).Annotator, place);
            }
            if (answers.Count == 0)
            {
                sheet.Add(shownLeft, shownRight, null, null, place);
            }
        }
        else if (JsonField.Text(element, LeftId, "left") is { } left && JsonField.Text(element, RightId, "right") is { } right)
        {
            var answer = JsonField.Text(element, Control) ?? (JsonField.Get(element, Control, "selected") is { } side ? JsonField.Scalar(side) : null) ?? JsonField.Text(element, Otherwise);
            sheet.Add(left, right, answer, JsonField.Text(element, "annotator"), place);
        }
        else
        {
            throw new DataException($"{sheet.Path}: {place} is no answer about two rows, expected tasks of Label Studio with their annotations, or records with left, right and answer: export the project as JSON");
        }
    }

    private static string? IdOf(JsonElement task, string name) => Parts.Select(part => JsonField.Get(task, part)).OfType<JsonElement>().Select(part => JsonField.Text(part, name)).FirstOrDefault(id => id is not null);

    private static string? AnswerOf(JsonElement annotation, PreferenceSheet sheet, string place)
    {
        if (JsonField.Flag(annotation, "was_cancelled") || JsonField.Flag(annotation, "skipped"))
        {
            return null;
        }
        var (sides, others) = (new List<string>(), new List<string>());
        foreach (var result in JsonField.List(annotation, "result") ?? [])
        {
            if (JsonField.Get(result, "value") is { } value)
            {
                sides.AddRange(JsonField.Text(value, "selected") is { } side ? [side] : Array.Empty<string>());
                others.AddRange((JsonField.List(value, "choices") ?? []).Select(JsonField.Scalar).OfType<string>());
            }
        }
        if (sides.Count + others.Count > 1)
        {
            sheet.Note("annotations say several things at once and are left out", $"{place} ({string.Join(", ", [.. sides, .. others])})");
            return null;
        }
        return sides.Concat(others).FirstOrDefault();
    }
}
