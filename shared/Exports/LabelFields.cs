using System.Text.Json;

namespace ParquetPool.Exports;

/// <summary>What labelling tools call the parts of a label, in tables and in records.</summary>
internal static class LabelFields
{
    /// <summary>Who gave it.</summary>
    public static readonly string[] Annotators =
    [
        "annotator", "completed_by", "annotator_id", "annotated_by", "username", "worker_id", "WorkerId", "workerId", "labeler", "labeller", "labeler_id", "labeled_by", "labelled_by", "rater", "rater_id", "coder",
    ];

    /// <summary>Who gave it, where rows stand more than once; else it may be who wrote the row.</summary>
    public static readonly string[] PerhapsAnnotators = ["worker", "user_id", "user", "created_by", "email"];

    /// <summary>What people were shown.</summary>
    public static readonly string[] Texts = ["text", "data"];

    // Prodigy, Mechanical Turk, Argilla; a status may also be the row's own, so only words count that nobody else uses.
    private static readonly (string Field, string[] Words)[] States = [("answer", ["reject", "ignore"]), ("AssignmentStatus", ["rejected"]), ("status", ["discarded", "draft"])];

    // Words by which a tool may say that nobody decided, and a table something of the row.
    private static readonly string[] OpenFields = ["status", "state", "label_status", "annotation_status", "review_status"];
    private static readonly string[] OpenWords = ["pending", "skipped", "rejected", "open", "todo", "to_do", "unlabeled", "unlabelled", "in_progress", "in_review", "to_review", "needs_review", "unreviewed", "unverified", "incomplete", "not_started", "predicted", "suggested", "auto"];

    /// <summary>The fields that may say that a label does not count.</summary>
    public static IEnumerable<string> StateNames => States.Select(s => s.Field);

    /// <summary>Whether a field may say that nobody decided.</summary>
    public static bool MaySayOpen(string field) => OpenFields.Any(name => Same(name, field));

    /// <summary>Notes a label of which a field says that nobody decided.</summary>
    public static void NoteOpen(SheetBuilder sheet, string place, string field, string? said)
    {
        if (said is not null && OpenWords.Contains(said.Trim().ToLowerInvariant().Replace(' ', '_').Replace('-', '_')))
        {
            sheet.Note($"labels are marked '{said.Trim()}' in {SheetBuilder.Short(field)} and count all the same: leave those empty that shall not", place);
        }
    }

    /// <summary>Where the first of the fields stands that says that a label does not count; null where none does.</summary>
    /// <param name="valueOf">By a name of <see cref="StateNames"/>.</param>
    public static (string Field, string Word)? Refusal(Func<string, string?> valueOf)
    {
        foreach (var (field, words) in States)
        {
            if (valueOf(field)?.Trim().ToLowerInvariant() is { } said && words.Contains(said))
            {
                return (field, said);
            }
        }
        return null;
    }

    /// <summary>Whether a label that does not count takes back what the same person, or the same annotation, said before: a draft does not.</summary>
    public static bool TakesBack(string word, params IEnumerable<string?> names) => word != "draft" && names.Any(name => !string.IsNullOrWhiteSpace(name));

    /// <summary>Names of columns alike but for capitals, space, points and lines.</summary>
    public static bool Same(string a, string b) => Bare(a).Equals(Bare(b), StringComparison.OrdinalIgnoreCase);

    /// <summary>A text of a record.</summary>
    public static string? TextOf(JsonElement record) => Texts.Select(name => JsonField.Get(record, name)).OfType<JsonElement>().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()).FirstOrDefault();

    private static string Bare(string name) => string.Concat(name.Where(c => c is not ('_' or '-' or '.') && !char.IsWhiteSpace(c)));
}
