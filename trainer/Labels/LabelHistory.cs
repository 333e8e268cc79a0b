using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Trainer.Labels;

/// <summary>All labels a task was ever given, in the order they were read: <c>history-NNNNNN.parquet</c>, a part for each file read.</summary>
/// <remarks>
/// A part is written whole and never again. A file whose bytes were read before is not read again; of a file that has changed, the rows
/// that it says something else about than the time before. One writer at a time: see <see cref="TaskLock"/>. Where two machines write to one
/// object store all the same, the second to write a part is refused by the store, ends and finds the other's part when it is run again.
/// </remarks>
public sealed class LabelHistory
{
    private const string Prefix = "history-";

    private static readonly ShardColumn[] Columns =
    [
        new("part", ShardType.Int32), new("id", ShardType.Text), new("label", ShardType.Text), new("annotator", ShardType.Text), new("seconds", ShardType.Double),
        new("source", ShardType.Text), new("source_sha256", ShardType.Text), new("read_utc", ShardType.Text),
    ];

    private readonly string folder;
    private readonly List<GivenLabel> labels = [];
    private readonly Dictionary<string, string> newestHash = []; // By source.
    private readonly Dictionary<(string Source, string Id, string Annotator), List<string>> said = []; // The last time.
    private int parts;

    /// <summary>Reads what is there.</summary>
    /// <exception cref="DataException">A part cannot be read.</exception>
    public LabelHistory(string folder)
    {
        this.folder = folder;
        var found = StorageAddress.IsRemote(folder) ? StoredFiles.List(folder) : Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [];
        var files = found.Where(f => Path.GetFileName(f) is var name && name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(".parquet", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToArray();
        foreach (var part in TextTable.ReadWithNumbers(files, [.. Columns.Select(c => c.Name)]).Select(Parse).GroupBy(l => l.Part))
        {
            parts = part.Key;
            Remember([.. part]);
        }
    }

    /// <summary>In the order they were read.</summary>
    public IReadOnlyList<GivenLabel> Labels => labels;

    /// <summary>Adds what a file says that is new.</summary>
    /// <param name="path">A file that <see cref="LabelSheet"/> reads.</param>
    /// <param name="clock">Tells the time that is noted.</param>
    /// <returns>The labels added and the file's rows without one; null where the file was read before.</returns>
    /// <exception cref="DataException">The file is no label sheet.</exception>
    /// <exception cref="IOException">The part cannot be written, or the file cannot be read.</exception>
    public (int Added, int Unlabelled)? Add(string path, TimeProvider clock)
    {
        var (source, hash) = (StorageAddress.Full(path), StoredFiles.Length(path) is null ? "" : ContentHash.Of(path));
        if (newestHash.TryGetValue(source, out var before) ? before == hash : newestHash.ContainsValue(hash))
        {
            return null;
        }
        var sheet = LabelSheet.Read(path);
        GivenLabel[] added =
        [
            .. sheet.Entries.GroupBy(e => (e.Id, e.Annotator))
                .Where(g => !(said.GetValueOrDefault((source, g.Key.Id, g.Key.Annotator)) is { } last && last.SequenceEqual(g.Select(e => e.Label))))
                .SelectMany(g => g.Select(e => new GivenLabel(parts + 1, e, source, hash, clock.GetUtcNow()))),
        ];
        if (added.Length > 0)
        {
            Write(added);
            parts++;
            Remember(added);
        }
        newestHash[source] = hash;
        return (added.Length, sheet.Unlabelled);
    }

    private void Write(GivenLabel[] part)
    {
        var path = StorageAddress.Join(folder, FormattableString.Invariant($"{Prefix}{parts + 1:D6}.parquet"));
        try
        {
            StoredFiles.Write(path, file => Write(file, part), isNew: true);
        }
        catch (DataException e)
        {
            throw new IOException($"{path} cannot be added to the history: {e.Message}; let one trainer alone work on a task", e);
        }
    }

    private static void Write(string file, GivenLabel[] part)
    {
        using var writer = new ShardWriter(file, Columns, new Provenance("trainer round"));
        writer.Write(
            part.Length,
            Array.ConvertAll(part, l => l.Part),
            Array.ConvertAll(part, l => l.Entry.Id),
            Array.ConvertAll(part, l => l.Entry.Label),
            Array.ConvertAll(part, l => l.Entry.Annotator),
            Array.ConvertAll(part, l => l.Entry.Seconds),
            Array.ConvertAll(part, l => l.Source),
            Array.ConvertAll(part, l => l.Sha256),
            Array.ConvertAll(part, l => l.ReadUtc.ToString("O", CultureInfo.InvariantCulture)));
        writer.Complete();
    }

    private static GivenLabel Parse(string?[] row) => new(
        int.Parse(row[0]!, CultureInfo.InvariantCulture),
        new LabelEntry(row[1]!, row[2]!, row[3]!, row[4] is { } seconds ? double.Parse(seconds, CultureInfo.InvariantCulture) : double.NaN),
        row[5]!,
        row[6]!,
        DateTimeOffset.Parse(row[7]!, CultureInfo.InvariantCulture));

    private void Remember(GivenLabel[] part)
    {
        labels.AddRange(part);
        newestHash[part[0].Source] = part[0].Sha256;
        foreach (var group in part.GroupBy(l => (l.Source, l.Entry.Id, l.Entry.Annotator)))
        {
            said[group.Key] = [.. group.Select(l => l.Entry.Label)];
        }
    }
}
