using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Records;

/// <summary>The folder a scoring run writes: which file lies where. One that is only read may be an address in an object store.</summary>
internal sealed class ScoreFolder(string root)
{
    /// <summary>What of the folder an earlier run may have left.</summary>
    public static readonly IReadOnlyList<string> Owned = ["scores/", "rejects/", "ranked.parquet", "ranked.csv", "rejects.parquet"];

    public const string RunRecordName = "run.json";

    public string Root => root;

    public string Ranked => Path.Combine(root, "ranked.parquet");

    public string RankedCsv => Path.Combine(root, "ranked.csv");

    public string Rejects => Path.Combine(root, "rejects.parquet");

    /// <summary>Written last: where it is, the whole run is.</summary>
    public string RunRecord => Path.Combine(root, RunRecordName);

    private string ScoresFolder => Path.Combine(root, "scores");

    private string RejectsFolder => Path.Combine(root, "rejects");

    public string Scores(string shard) => Path.Combine(ScoresFolder, shard + ".parquet");

    /// <summary>The rejected rows of one shard; no file where it has none.</summary>
    public string ShardRejects(string shard) => Path.Combine(RejectsFolder, shard + ".parquet");

    /// <summary>Written last of a shard's files: where it is, the shard is finished.</summary>
    public string ShardRecord(string shard) => Path.Combine(ScoresFolder, shard + ".json");

    /// <summary>What a finished shard has, its record last; it may lack the second.</summary>
    public IReadOnlyList<string> FilesOf(string shard) => [Scores(shard), ShardRejects(shard), ShardRecord(shard)];

    /// <summary>The names of all that a run over these shards may write.</summary>
    public static IReadOnlyList<string> NamesOf(IEnumerable<string> shards)
    {
        var names = new ScoreFolder("");
        return [names.Ranked, names.RankedCsv, names.Rejects, names.RunRecord, .. shards.SelectMany(names.FilesOf)];
    }

    /// <summary>Whether the record of an earlier run, or that of a shard, says that a file is ours.</summary>
    public bool Knows(string name) => Path.GetDirectoryName(name) is { Length: > 0 }
        ? Path.GetFileNameWithoutExtension(name) is var shard && JsonFile.Read<ShardRecord>(ShardRecord(shard))?.Shard == shard
        : JsonFile.Read<RunRecord>(RunRecord) is not null;

    /// <summary>Makes the folder, takes back the word of an earlier run in it and removes what a killed one left half-written.</summary>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public void Open()
    {
        try
        {
            Directory.CreateDirectory(root);
            File.Delete(RunRecord);
            RemoveLeftOvers();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{root} cannot be written: {e.Message.TrimEnd('.')}; choose a folder with --out that may be written and has room", e);
        }
    }

    /// <summary>The record of a shard of which all files are as the record says; null where one is missing or other.</summary>
    public ShardRecord? Finished(string shard) =>
        JsonFile.Read<ShardRecord>(ShardRecord(shard)) is { } record
        && record.Shard == shard
        && Is(Scores(shard), record.ScoresSha256)
        && (record.RejectsSha256 is null || Is(ShardRejects(shard), record.RejectsSha256))
            ? record
            : null;

    /// <summary>The records of all shards that are <see cref="Finished"/>, ordered by name.</summary>
    public IEnumerable<ShardRecord> FinishedShards() =>
        RecordFiles().Select(path => Finished(Path.GetFileNameWithoutExtension(path))).OfType<ShardRecord>().OrderBy(r => r.Shard, StringComparer.Ordinal);

    /// <summary>Removes files of shards that an earlier run had and this one has not.</summary>
    public void RemoveOthers(IEnumerable<ShardRecord> records, WrittenFiles written)
    {
        var ours = records.SelectMany(r => (string?[])[Scores(r.Shard), ShardRecord(r.Shard), r.RejectsSha256 is null ? null : ShardRejects(r.Shard)]).ToHashSet();
        foreach (var stale in ShardFiles(".parquet").Concat(ShardFiles(".json")).Where(f => !ours.Contains(f) && Path.GetRelativePath(root, f) is var name && (written.Owns(name) || Knows(name))))
        {
            File.Delete(stale);
        }
        if (Directory.Exists(RejectsFolder) && !Directory.EnumerateFileSystemEntries(RejectsFolder).Any())
        {
            Directory.Delete(RejectsFolder);
        }
    }

    private void RemoveLeftOvers()
    {
        foreach (var folder in new[] { root, ScoresFolder, RejectsFolder })
        {
            TemporaryFile.RemoveFrom(folder);
        }
    }

    private IEnumerable<string> RecordFiles() =>
        StorageAddress.IsRemote(root) ? StoredFiles.List(ScoresFolder).Where(path => path.EndsWith(".json", StringComparison.Ordinal)) : ShardFiles(".json");

    private List<string> ShardFiles(string extension) =>
        [.. new[] { ScoresFolder, RejectsFolder }.Where(Directory.Exists).SelectMany(f => Directory.EnumerateFiles(f, "*" + extension))];

    private static bool Is(string path, string sha256)
    {
        var isSame = StoredFiles.Exists(path) && ContentHash.Of(path) == sha256;
        if (isSame && !StorageAddress.IsRemote(path))
        {
            WrittenHashes.Remember(path, path, sha256);
        }
        return isSame;
    }
}

/// <summary>What was made of one shard: <c>scores/&lt;shard&gt;.json</c>, written when the shard's other files are whole.</summary>
/// <param name="Shard">The shard's name.</param>
/// <param name="Sha256">Of the shard's bytes, taken before they were scored: a shard that changed meanwhile is noticed by the next run.</param>
/// <param name="Scoring">The <c>ScoringKey</c> of the run that scored it.</param>
/// <param name="Rows">Rows of the shard.</param>
/// <param name="Rejected">Those in the shard's rejects file.</param>
/// <param name="ScoresSha256">Of the score file.</param>
/// <param name="RejectsSha256">Of the rejects file; null where no row was rejected and there is none.</param>
internal sealed record ShardRecord(string Shard, string Sha256, string Scoring, long Rows, long Rejected, string ScoresSha256, string? RejectsSha256) : ICheckedRecord
{
    /// <inheritdoc/>
    public string? Fault() => RunCounts.AreRows(Rows) && Rejected >= 0 && Rejected <= Rows ? null : $"counts {Rejected} of {Rows} rows rejected";
}

/// <summary>A finished shard and where its files lie.</summary>
internal sealed record ScoredShard(ShardRecord Record, ScoreFolder Folder)
{
    public string Scores => Folder.Scores(Record.Shard);

    public string Rejects => Folder.ShardRejects(Record.Shard);
}
