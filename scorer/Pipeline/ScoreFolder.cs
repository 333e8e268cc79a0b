using ParquetPool.Shards;

namespace ParquetPool.Scorer.Pipeline;

/// <summary>The folder a scoring run writes: which file lies where.</summary>
public sealed class ScoreFolder(string root)
{
    public string Root => root;

    public string Ranked => Path.Combine(root, "ranked.parquet");

    public string RankedCsv => Path.Combine(root, "ranked.csv");

    public string Rejects => Path.Combine(root, "rejects.parquet");

    /// <summary>Written last: where it is, the whole run is.</summary>
    public string RunRecord => Path.Combine(root, "run.json");

    private string Folder => Path.Combine(root, "scores");

    public string Scores(Shard shard) => Path.Combine(Folder, shard.Name + ".parquet");

    /// <summary>Makes the folder and takes back the word of an earlier run in it.</summary>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public void Open()
    {
        try
        {
            Directory.CreateDirectory(Folder);
            File.Delete(RunRecord);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{root} cannot be written: {e.Message.TrimEnd('.')}; choose a folder with --out that may be written and has room", e);
        }
    }

    /// <summary>Removes score files of shards that an earlier run had and this one has not.</summary>
    public void RemoveOtherScores(IEnumerable<Shard> shards)
    {
        var ours = shards.Select(Scores).ToHashSet();
        foreach (var stale in Directory.EnumerateFiles(Folder, "*.parquet").Where(f => !ours.Contains(f)))
        {
            File.Delete(stale);
        }
    }
}
