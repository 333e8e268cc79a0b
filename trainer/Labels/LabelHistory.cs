using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Trainer.Labels;

/// <summary>All labels a task was ever given, in the order they were read: <c>history-NNNNNN.parquet</c>, a part for each reading of files.</summary>
/// <remarks>
/// A part is written whole and never again. A file whose bytes were read before is not read again; of a file that has changed, the rows
/// that it says something else about than the time before. An annotation that another export had in the same state is not taken twice. One writer
/// at a time: see <see cref="TaskLock"/>. Where two machines write to one object store all the same, the second to write a part is refused by the store,
/// ends and finds the other's part when it is run again.
/// </remarks>
internal sealed class LabelHistory
{
    private const int LargestPart = 500_000;
    private readonly HistoryParts parts;
    private readonly List<GivenLabel> labels = [];
    private readonly List<GivenLabel> pending = [];
    private readonly Dictionary<string, string> newestHash = new(StringComparer.Ordinal); // By source.
    private readonly Dictionary<string, string> originals = new(StringComparer.Ordinal); // [hash]: the source that had it first
    private readonly HashSet<string> readNow = new(StringComparer.Ordinal); // Sources.
    private readonly Dictionary<(string Source, string Id, string Question, string Annotator), List<LabelEntry>> said = []; // The last time.
    private readonly HashSet<(string Id, string Question, string Annotator, string Annotation, DateTimeOffset? Time, string Label, bool IsGroundTruth)> states = [];
    private readonly HashSet<string> labelled = new(StringComparer.Ordinal); // Ids that have a label.

    /// <summary>Reads what is there.</summary>
    /// <param name="tell">Told of parts that are damaged, which are set aside.</param>
    public LabelHistory(string folder, Action<string>? tell = null)
    {
        parts = new HistoryParts(folder);
        foreach (var file in parts.Read(tell ?? (_ => { })).GroupBy(l => (l.Part, l.Source)))
        {
            Remember([.. file]);
        }
    }

    /// <summary>In the order they were read; those not saved yet too.</summary>
    public IReadOnlyList<GivenLabel> Labels => labels;

    /// <summary>Adds what a file says that is new; <see cref="Save"/> keeps it.</summary>
    /// <param name="file">A file that <see cref="LabelSheet"/> reads.</param>
    /// <param name="clock">Tells the time that is noted.</param>
    /// <param name="control">The control whose choices are labels.</param>
    /// <param name="check">Shown the file before anything of it is kept; null where it need not be.</param>
    /// <returns>The labels added and the file as it was read; null where the file was read before and no part is damaged.</returns>
    /// <exception cref="DataException">The file is no label sheet.</exception>
    /// <exception cref="IOException">The part cannot be written, or the file cannot be read.</exception>
    public (int Added, LabelSheet Sheet)? Add(OrderedFile file, TimeProvider clock, string control = LabelStudioExport.Control, Action<LabelSheet>? check = null)
    {
        var (source, hash) = (StorageAddress.Full(file.Path), HashOf(file.Path));
        var isKnown = newestHash.TryGetValue(source, out var before) ? before == hash : originals.ContainsKey(hash);
        if (isKnown && !(parts.IsIncomplete && readNow.Add(source)))
        {
            return null;
        }
        // Of a copy only what its original lacks, which a damaged part had.
        var of = before is null ? originals.GetValueOrDefault(hash, source) : source;
        var sheet = LabelSheet.Read(file.Path, control);
        check?.Invoke(sheet);
        var here = sheet.Entries.Where(e => !e.IsWithdrawn).Select(e => LabelText.Id(e.Id)).ToHashSet(StringComparer.Ordinal);
        GivenLabel[] added =
        [
            .. sheet.Entries.Where(e => !IsKnown(e) && (!e.IsWithdrawn || here.Contains(LabelText.Id(e.Id)) || labelled.Contains(LabelText.Id(e.Id))))
                .GroupBy(e => (e.Id, e.Question, e.Annotator))
                .Where(g => !(said.GetValueOrDefault((of, g.Key.Id, g.Key.Question, g.Key.Annotator)) is { } last && (of != source || last.Select(Said).SequenceEqual(g.Select(Said)))))
                .SelectMany(g => g.Select(e => new GivenLabel(parts.Count + 1, e, of, hash, clock.GetUtcNow()) { OrderedBy = file.Rule })),
        ];
        if (added.Length > 0)
        {
            pending.AddRange(added);
            Remember(added);
        }
        newestHash[of] = of == source ? hash : newestHash[of];
        originals.TryAdd(hash, of);
        if (pending.Count >= LargestPart)
        {
            Save();
        }
        return (added.Length, sheet);
    }

    /// <summary>Writes what was added as one part.</summary>
    /// <exception cref="IOException">The part cannot be written.</exception>
    public void Save()
    {
        if (pending.Count > 0)
        {
            parts.Write([.. pending]);
            pending.Clear();
        }
    }

    /// <summary>SHA-256 of a label file; empty where there is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static string HashOf(string path) => StoredFiles.Length(path) is null ? "" : ContentHash.Of(path);

    /// <summary>Whether another export had the annotation in this very state.</summary>
    private bool IsKnown(LabelEntry entry) => (entry.Annotation.Length > 0 || entry.Time is not null) && states.Contains(StateOf(entry));

    private static (string Id, string Question, string Annotator, string Annotation, DateTimeOffset? Time, string Label, bool IsGroundTruth) StateOf(LabelEntry entry) =>
        (entry.Id, entry.Question, entry.Annotator, entry.Annotation, entry.Time, entry.Label, entry.IsGroundTruth);

    private static (string Label, string Annotation, DateTimeOffset? Time, bool IsGroundTruth) Said(LabelEntry entry) => (entry.Label, entry.Annotation, entry.Time, entry.IsGroundTruth);

    private void Remember(GivenLabel[] file)
    {
        labels.AddRange(file);
        newestHash[file[0].Source] = file[0].Sha256;
        originals.TryAdd(file[0].Sha256, file[0].Source);
        foreach (var group in file.GroupBy(l => (l.Source, l.Entry.Id, l.Entry.Question, l.Entry.Annotator)))
        {
            said[group.Key] = [.. group.Select(l => l.Entry)];
        }
        foreach (var entry in file.Select(l => l.Entry))
        {
            states.Add(StateOf(entry));
            if (!entry.IsWithdrawn)
            {
                labelled.Add(LabelText.Id(entry.Id));
            }
        }
    }
}
