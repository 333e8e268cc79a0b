using System.Globalization;
using System.Text.RegularExpressions;
using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Trainer.Import;

/// <summary>Shards <c>name-00000.parquet</c>, <c>name-00001.parquet</c>, ... that appear together, once all are whole: a list names them before the first has its name, and gives their checksums when the last has.</summary>
internal sealed partial class StagedShards : IDisposable
{
    private readonly string folder;
    private readonly string name;
    private readonly IReadOnlyList<ShardColumn> columns;
    private readonly int rowsPerShard;
    private readonly Provenance provenance;
    private readonly List<string> finished = [];
    private readonly bool replace;
    private IDisposable? alone;
    private TemporaryFolder? stage;
    private ShardWriter? writer;

    /// <exception cref="UsageException">Shards of the name are there and may not be replaced.</exception>
    public StagedShards(string folder, string name, IReadOnlyList<ShardColumn> columns, int rowsPerShard, Provenance provenance, bool replace)
    {
        (this.folder, this.name, this.columns, this.rowsPerShard, this.provenance) = (folder, name, columns, rowsPerShard, provenance);
        this.replace = replace;
        RequireRoom();
    }

    public int Count => finished.Count + (writer is null ? 0 : 1);

    /// <summary>Rows written so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows that the current shard takes before the next one begins.</summary>
    public int Room { get; private set; }

    /// <summary>Begins the next shard where the current one is full.</summary>
    public void MakeRoom()
    {
        if (Room == 0)
        {
            Finish();
            if (alone is null)
            {
                alone = FolderHold.Take(folder, name);
                RequireRoom(); // Another import may have come to its end meanwhile.
            }
            stage ??= TemporaryFolder.Create(Path.Combine(folder, $"{name}.import"));
            writer = new ShardWriter(StagedAt(PathOf(Count)), columns, provenance);
            Room = rowsPerShard;
        }
    }

    /// <summary>Appends at most <see cref="Room"/> rows.</summary>
    public void Write(int rows, params ReadOnlySpan<Array> values)
    {
        writer!.Write(rows, values);
        Rows += rows;
        Room -= rows;
    }

    /// <summary>An id that stands twice among all splits of a folder, of which one has shards, and its rows, each from 0 on in its split; null where every id stands once.</summary>
    public static (string Id, (string Split, long Row) One, (string Split, long Row) Other)? Twice(IReadOnlyDictionary<string, StagedShards> splits)
    {
        var rows = new Dictionary<string, (string Split, long First)>(StringComparer.Ordinal);
        List<string> staged = [];
        foreach (var (name, split) in splits)
        {
            split.Finish();
            foreach (var (shard, path) in split.finished.Select(split.StagedAt).Index())
            {
                rows[Path.GetFileName(path)] = (name, (long)shard * split.rowsPerShard);
                staged.Add(path);
            }
        }
        return DuplicateIds.FindAmong(staged, Path.Combine(Path.GetDirectoryName(staged[0])!, "ids")).FirstOrDefault() is { } twice
            ? (twice.Id, RowOf(twice.FirstShard, twice.FirstRow), RowOf(twice.Shard, twice.Row)) : null;

        (string, long) RowOf(string shard, long row) => (rows[shard].Split, rows[shard].First + row);
    }

    /// <summary>Gives the shards of a folder's splits their names, all together; those of an earlier import that are not replaced go.</summary>
    public static void Publish(IReadOnlyCollection<StagedShards> splits)
    {
        foreach (var split in splits)
        {
            split.Finish();
        }
        var folder = splits.First().folder;
        List<string> listed = [.. WrittenFiles.Read(folder).Hashes.Keys.Where(name => splits.Any(split => split.IsShard(name)))];
        var written = WrittenFiles.Claim(folder, splits.SelectMany(split => split.finished).Select(path => Path.GetFileName(path)!).Union(listed), _ => true);
        foreach (var split in splits)
        {
            foreach (var old in split.Present().Except(split.finished, StringComparer.Ordinal).ToList())
            {
                File.Delete(old);
            }
            split.finished.ForEach(path => File.Move(split.StagedAt(path), path, overwrite: true));
        }
        written.Complete();
    }

    public void Dispose()
    {
        writer?.Dispose();
        stage?.Dispose();
        alone?.Dispose();
    }

    private void RequireRoom()
    {
        var earlier = WrittenFiles.Read(folder).Hashes;
        // What a killed import gave names already is begun in the list.
        if (!replace && Present().FirstOrDefault(path => !earlier.TryGetValue(Path.GetFileName(path), out var hash) || hash is not null) is { } present)
        {
            throw new UsageException($"{present} is there already: choose another --out or --split, or replace it with --force");
        }
    }

    private void Finish()
    {
        if (writer is not null)
        {
            var path = PathOf(finished.Count);
            writer.Complete();
            writer.Dispose();
            writer = null;
            finished.Add(path);
        }
    }

    /// <summary>No name of a shard, so that nobody takes it for one.</summary>
    private string StagedAt(string path) => Path.Combine(stage!.Path, Path.GetFileName(path) + ".staged");

    private string PathOf(int shard) => Path.Combine(folder, $"{name}-{shard.ToString("00000", CultureInfo.InvariantCulture)}.parquet");

    private IEnumerable<string> Present() => Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Where(path => IsShard(Path.GetFileName(path))).Order(StringComparer.Ordinal) : [];

    /// <summary>Whether a file's name is that of a shard of this one.</summary>
    private bool IsShard(string file) => file.StartsWith($"{name}-", StringComparison.Ordinal) && Digits().IsMatch(file.AsSpan(name.Length + 1));

    [GeneratedRegex("^[0-9]{5,}[.]parquet$", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}
