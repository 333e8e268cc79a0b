using ParquetPool.Errors;
using ParquetPool.Exports;

namespace ParquetPool.Preferences;

/// <summary>What is read of one file of preferences.</summary>
internal sealed class PreferenceSheet(string path)
{
    private readonly Dictionary<string, (int Count, string Example)> notes = [];

    public string Path => path;

    public List<Preference> Found { get; } = [];

    /// <summary>Pairs that nobody has answered.</summary>
    public int Unanswered { get; private set; }

    /// <summary>What a reader should know of the file.</summary>
    public IEnumerable<string> Notes => notes.Select(note => $"{note.Value.Count} {note.Key}, such as {note.Value.Example}");

    /// <summary>Takes a pair.</summary>
    /// <param name="answer">Null or empty for none yet.</param>
    /// <param name="place">Named in errors, such as <c>row 3</c>.</param>
    /// <exception cref="DataException">An id is empty, both are the same, or the answer is none.</exception>
    public void Add(string? left, string? right, string? answer, string? annotator, string place)
    {
        if (left is not { Length: > 0 } || right is not { Length: > 0 })
        {
            throw new DataException($"{path}: {place}: {(left is { Length: > 0 } ? "right" : "left")} is empty, expected a row's id: fill it in or delete the pair");
        }
        if (left == right)
        {
            throw new DataException($"{path}: {place}: left and right are both '{left}', expected two rows: delete the pair");
        }
        if (answer?.Trim() is not { Length: > 0 } word)
        {
            Unanswered++;
            return;
        }
        var given = PreferenceAnswers.Of(word) ?? throw new DataException($"{path}: {place}: answer is '{SheetBuilder.Short(word)}', expected {PreferenceAnswers.Expected}: correct it, or leave it empty where there is none yet");
        Found.Add(new Preference(left, right, given, annotator ?? ""));
    }

    /// <summary>Counts something that is left out, with the first as an example.</summary>
    public void Note(string what, string example) => notes[what] = notes.TryGetValue(what, out var note) ? (note.Count + 1, note.Example) : (1, example);
}
