using System.Text.Json;
using ParquetPool.Errors;

namespace ParquetPool.Exports;

/// <summary>Tasks of Label Studio, each with its <c>data</c> and <c>annotations</c>: its JSON export, a page of its API, one task, or an annotation of a target storage.</summary>
/// <remarks>
/// Of each annotation the one choice of the one control counts (a <c>Choices</c>, <c>Taxonomy</c> or <c>Rating</c> about the whole task), its
/// <c>completed_by</c>, its <c>lead_time</c> and when it was updated. A skipped (<c>was_cancelled</c>), rejected (<c>last_action</c>) or emptied one takes back what it
/// said before; one marked <c>ground_truth</c> decides. Predictions and drafts are no labels. A task says which row it is by <c>row_id</c> in its data or meta, or by
/// <c>id</c> in its data. Format: https://labelstud.io/guide/task_format
/// </remarks>
public sealed class LabelStudioExport
{
    /// <summary>The field of a task's data and meta that holds the row's id.</summary>
    public const string RowId = "row_id";

    /// <summary>The name of the control whose choices are labels, unless another is named.</summary>
    public const string Control = "label";

    /// <summary>The field of a task's data and meta that names the class or super-class which the task asks about with <see cref="Answer"/>; other tasks have none.</summary>
    public const string Question = "row_question";

    /// <summary>The name of the control by which such a task is answered.</summary>
    public const string Answer = "answer";

    private static readonly string[] Parts = ["data", "meta"];
    private static readonly (string Field, string What)[] Guesses = [("predictions", "predictions"), ("drafts", "drafts")];
    private static readonly string[] Regions = ["start", "end", "x", "y", "points", "rle", "startOffset", "paragraphlabels", "ranges", "sequence", "timeserieslabels"];
    private readonly SheetBuilder sheet;
    private readonly SortedDictionary<string, int> others = new(StringComparer.Ordinal);
    private bool hasControl;

    internal LabelStudioExport(SheetBuilder sheet) => this.sheet = sheet;

    /// <summary>Whether the element is a task, or an annotation with its task.</summary>
    internal static bool Is(JsonElement element) =>
        (JsonField.List(element, "result") is not null && JsonField.Get(element, "task") is not null)
        || (JsonField.Get(element, "data") is { ValueKind: JsonValueKind.Object } && (Annotations(element) ?? JsonField.List(element, "predictions")) is not null);

    /// <exception cref="DataException">The task does not say which row it is, or is damaged.</exception>
    internal void Read(JsonElement element, string place)
    {
        var isAnnotation = Annotations(element) is null && JsonField.List(element, "result") is not null;
        var task = isAnnotation ? JsonField.Get(element, "task")!.Value : element;
        var annotations = isAnnotation ? [element] : Annotations(element) ?? [];
        if (annotations.Any(a => a.ValueKind != JsonValueKind.Object) || task.ValueKind != JsonValueKind.Object)
        {
            throw new DataException($"{sheet.Path}: {place} names its {(isAnnotation ? "task" : "annotations")} by number only, expected the whole: export the project as JSON");
        }
        var labelled = annotations.Count(annotation => Take(task, annotation, place));
        foreach (var (_, what) in annotations.Count > 0 ? [] : Guesses.Where(of => JsonField.List(element, of.Field) is { Count: > 0 }))
        {
            sheet.Note($"tasks have {what} and no annotation, and are not labelled yet", place);
        }
        if (labelled == 0)
        {
            sheet.Open();
            if (sheet.IsForIds && RowOf(task) is ({ } asked, var isRowId))
            {
                sheet.Add(new LabelEntry(asked, "", "", double.NaN) { IsRowId = isRowId }, place);
            }
        }
    }

    /// <summary>Looks back on the whole file.</summary>
    /// <exception cref="DataException">No annotation has the control.</exception>
    internal void Complete()
    {
        if (!hasControl && others.Count > 0 && !sheet.IsForIds)
        {
            throw new DataException(
                $"{sheet.Path}: no annotation chooses a class with a control called {sheet.Control}, it has {string.Join(", ", others.Select(o => $"{o.Key} ({o.Value} times)").Take(8))}: name the control whose choices are the classes with --control, or use the interface that 'scorer tasks' writes");
        }
    }

    private static IReadOnlyList<JsonElement>? Annotations(JsonElement element) => JsonField.List(element, "annotations") ?? JsonField.List(element, "completions");

    /// <summary>Takes the annotation in; whether it is a label.</summary>
    private bool Take(JsonElement task, JsonElement annotation, string place)
    {
        var isRejected = JsonField.Text(annotation, "last_action") == "rejected";
        var isCancelled = JsonField.Flag(annotation, "was_cancelled") || JsonField.Flag(annotation, "skipped") || isRejected;
        if (isRejected)
        {
            sheet.Note("annotations were rejected by a reviewer and count for nothing", place);
        }
        var question = Said(task, Question);
        var choice = ChoiceOf(annotation, question is null ? sheet.Control : Answer, place);
        if (isCancelled)
        {
            choice = new LabelChoice.None();
        }
        if (choice is LabelChoice.Several several)
        {
            sheet.Note($"annotations choose several classes with {(question is null ? sheet.Control : Answer)} and are left out", $"{place}: {SheetBuilder.Short(several.Names)}");
        }
        var (row, isRowId) = RowOf(task);
        var label = (choice as LabelChoice.One)?.Name ?? "";
        var name = JsonField.Text(annotation, "id") ?? "";
        if (label.Length == 0 && name.Length == 0 && !isCancelled)
        {
            return false;
        }
        if (row is null)
        {
            return label.Length == 0 ? false
                : throw new DataException($"{sheet.Path}: {place} does not say which row it is, expected {RowId} in its data: make the tasks with 'scorer tasks'");
        }
        var (annotator, also) = AnnotatorOf(annotation);
        sheet.Add(
            new LabelEntry(row, label, annotator, sheet.Seconds(JsonField.Text(annotation, "lead_time"), place))
            {
                AlsoAnnotator = also,
                Annotation = name,
                Time = LabelTime.Parse(JsonField.Text(annotation, "updated_at", "created_at")),
                IsGroundTruth = JsonField.Flag(annotation, "ground_truth"),
                IsRowId = isRowId,
                Shown = ShownText.Of(JsonField.Get(task, "data", "text") is { ValueKind: JsonValueKind.String } text ? text.GetString() : null),
                Question = question ?? "",
            },
            place);
        return label.Length > 0;
    }

    private static (string? Row, bool IsRowId) RowOf(JsonElement task)
    {
        return Said(task, RowId) is { } named ? (named, true) : (JsonField.Get(task, "data") is { } data ? JsonField.Text(data, "id") : null, false);
    }

    private static string? Said(JsonElement task, string field) => Parts.Select(part => JsonField.Get(task, part)).OfType<JsonElement>().Select(part => JsonField.Text(part, field)).FirstOrDefault(text => text is not null);

    private LabelChoice ChoiceOf(JsonElement annotation, string wanted, string place)
    {
        var ours = new List<JsonElement>();
        foreach (var result in JsonField.List(annotation, "result") ?? [])
        {
            var control = JsonField.Text(result, "from_name");
            var kind = JsonField.Text(result, "type") ?? "";
            var value = JsonField.Get(result, "value");
            var isWhole = kind is "choices" or "taxonomy" or "rating" && !(value is { } of && Regions.Any(region => JsonField.Get(of, region) is not null));
            if ((control is null || control == wanted) && isWhole)
            {
                hasControl = true;
                ours.Add(value is { ValueKind: JsonValueKind.Object } stated && (JsonField.Get(stated, kind) is { } chosen)
                    ? kind == "choices" ? chosen : stated
                    : throw new DataException($"{sheet.Path}: {place} has a result of type {kind} without its {kind}: export the project again as JSON"));
            }
            else if (kind is not ("relation" or "textarea" or "") || control == wanted)
            {
                var what = $"{control ?? "one without a name"}{(isWhole ? "" : kind is "choices" or "taxonomy" or "rating" ? " on marked regions" : $" of type {kind}")}";
                others[what] = others.GetValueOrDefault(what) + 1;
            }
        }
        return ours.Count switch
        {
            0 => new LabelChoice.None(),
            1 => LabelChoice.Of(ours[0]) is var one and not LabelChoice.Other ? one : throw new DataException($"{sheet.Path}: {place} has choices that are no names: export the project again as JSON"),
            _ => ours.Select(LabelChoice.Of).Distinct().ToList() is [var same] ? same : new LabelChoice.Several(string.Join(", ", ours.Select(LabelChoice.Of).OfType<LabelChoice.One>().Select(o => o.Name))),
        };
    }

    internal static (string Annotator, string Also) AnnotatorOf(JsonElement annotation)
    {
        if (JsonField.Get(annotation, "completed_by") is not { } by)
        {
            return ("", "");
        }
        if (by.ValueKind != JsonValueKind.Object)
        {
            return (JsonField.Scalar(by) ?? "", "");
        }
        var (email, id) = (JsonField.Text(by, "email", "username"), JsonField.Text(by, "id"));
        return (email ?? id ?? "", email is null ? "" : id ?? "");
    }
}
