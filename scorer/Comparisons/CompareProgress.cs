using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Comparisons;

/// <summary>How far a pool has been read: the folder <c>progress</c> beside the outputs, removed at the end.</summary>
/// <remarks>
/// A part holds the rows of some shards. Its two files get their names, then the record of all parts takes the place of the one before: a killed run loses the part it was at.
/// </remarks>
/// <param name="key">All that decides a row's scores.</param>
/// <param name="clock">Says when a part is long enough.</param>
/// <param name="length">Of a part, at least, but for the last.</param>
internal sealed class CompareProgress(string folder, string key, TimeProvider clock, TimeSpan length)
{
    /// <summary>What a killed run loses, and a shard.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    private readonly ProgressFile record = new(Path.Combine(folder, "record"), key);
    private int parts;

    /// <summary>The parts' rows: id, shard, row, score.</summary>
    public IReadOnlyList<string> Scores => [.. Enumerable.Range(0, parts).Select(ScoresOf)];

    /// <summary>The parts' rows that cannot be used.</summary>
    public IReadOnlyList<string> Rejects => [.. Enumerable.Range(0, parts).Select(RejectsOf)];

    /// <summary>Brings a pool to where a killed run was; removes what is of another.</summary>
    /// <returns>The rows that need not be read.</returns>
    public long Resume(ComparedPool pool, CancellationToken stopping)
    {
        var isGoneOn = false;
        record.Resume(reader =>
        {
            parts = reader.ReadInt32();
            isGoneOn = Ids() is { } ids && pool.Resume(reader, ids, stopping);
        });
        if (!isGoneOn)
        {
            parts = 0;
            Remove();
        }
        Directory.CreateDirectory(folder);
        TemporaryFile.RemoveFrom(folder);
        return pool.Rows + pool.Rejected;
    }

    /// <summary>Of the parts' usable rows; null where a part is missing or damaged.</summary>
    private List<string>? Ids()
    {
        try
        {
            return Rejects.All(File.Exists) ? [.. Scores.SelectMany(path => TextTable.Read(path, "id")).Select(row => row[0]!)] : null;
        }
        catch (DataException)
        {
            return null;
        }
    }

    /// <summary>Reads the rest of the pool.</summary>
    public void Finish(ComparedPool pool, Provenance provenance, Action<long> advance, CancellationToken stopping)
    {
        while (!pool.IsRead)
        {
            var began = clock.GetTimestamp();
            using var rejects = new RejectsFile(RejectsOf(parts), provenance);
            using var scores = CompareFiles.Scores(ScoresOf(parts));
            pool.Read(rejects, (id, shard, row, score) => scores.Write(1, new[] { id }, new[] { shard }, new[] { row }, new[] { score }), () => clock.GetElapsedTime(began) >= length, advance, stopping);
            scores.Complete();
            rejects.Complete();
            parts++;
            record.Keep(writer =>
            {
                writer.Write(parts);
                pool.Write(writer);
            });
        }
    }

    /// <summary>Removes the folder.</summary>
    public void Remove()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string ScoresOf(int part) => Path.Combine(folder, FormattableString.Invariant($"{part:D5}.parquet"));

    private string RejectsOf(int part) => Path.Combine(folder, FormattableString.Invariant($"{part:D5}.rejects.parquet"));
}
