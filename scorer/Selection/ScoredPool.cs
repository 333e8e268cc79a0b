using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Selection;

/// <summary>The rows that a finished scoring run scored, streamed from its score files.</summary>
internal sealed class ScoredPool : ICandidatePool
{
    private const int RowsAtOnce = 4096;

    private readonly IReadOnlyList<string> files;
    // A repeated id stands in the score files; only its first row counts.
    private readonly IReadOnlySet<(string? Shard, string? Row)> repeated;

    private ScoredPool(RunRecord run, IReadOnlyList<string> files, IEnumerable<(string?, string?)> repeated) =>
        (Run, this.files, this.repeated) = (run, files, repeated.ToHashSet());

    /// <summary>The run over the whole pool; of partitions, what they have in common and the shards of all.</summary>
    public RunRecord Run { get; }

    /// <summary>Opens the folder of a run over a whole pool, that of a merged run, or the folders of all partitions of one.</summary>
    /// <param name="spillBeside">A path beside which there is room, for finding ids that stand in two partitions.</param>
    /// <exception cref="DataException">The run is not finished, or a partition is missing or does not fit the others.</exception>
    public static ScoredPool Open(IReadOnlyList<string> folders, string spillBeside)
    {
        if (folders is not [var only])
        {
            return OfPartitions(folders, spillBeside);
        }
        var folder = new ScoreFolder(only);
        var run = RunRecord.Read(folder.RunRecord);
        if (run.Merged is { } merged)
        {
            return merged.FirstOrDefault(p => !StorageAddress.IsRemote(p) && !Directory.Exists(p)) is { } gone
                ? throw new DataException($"{only} was merged from {gone}, which is not there: name the folders of all partitions, where they are now, with --scores")
                : OfPartitions(merged, spillBeside);
        }
        return run.Partition is null
            ? new ScoredPool(run, [.. run.Pool.Shards.Select(s => Verified(folder, s.Name))], TextTable.Read(folder.Rejects, "shard", "row").Select(r => (r[0], r[1])))
            : OfPartitions(folders, spillBeside);
    }

    /// <inheritdoc/>
    public long RowCount => Run.Counts.Rows;

    /// <inheritdoc/>
    public RunModel Model => Run.Model;

    /// <inheritdoc/>
    public ulong Seed => Run.Seed;

    /// <inheritdoc/>
    public int Passes => Run.Passes;

    /// <inheritdoc/>
    public ScoreColumn? ScoreBy(StrategyKind kind, string? asked) => kind.ScoreBy(asked, Run.Passes, Run.Model.PredictsLosses);

    /// <inheritdoc/>
    public RowValues Values(Shortlist list, Needs needs, string? column, Action<long> advance, CancellationToken stopping) =>
        RowValueReader.Read(Run, list, needs, column, advance, stopping);

    /// <inheritdoc/>
    public IEnumerable<Candidate> Rows(ScoreColumn? by, Action<long> advance, CancellationToken stopping)
    {
        long read = 0;
        foreach (var (file, row) in files.SelectMany(file => TextTable.ReadWithNumbers(file, "id", "shard", "row", "predicted", by!.Name).Select(row => (file, row))))
        {
            if (++read % RowsAtOnce == 0)
            {
                advance(RowsAtOnce);
            }
            if (!repeated.Contains((row[1], row[2])))
            {
                yield return row is [{ } id, { } shard, { } place, { } predicted, { } score]
                    && long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && double.TryParse(score, CultureInfo.InvariantCulture, out var value) && !double.IsNaN(value)
                    ? new Candidate(id, shard, at, predicted, value)
                    : throw new DataException($"{file} holds a row that no scoring writes (id '{row[0]}', score '{row[4]}'), expected the file as it was: score the pool again");
            }
        }
        advance(read % RowsAtOnce);
    }

    /// <exception cref="DataException">The file is not the one that the shard's record tells of.</exception>
    private static string Verified(ScoreFolder folder, string shard) => folder.Finished(shard) is not null
        ? folder.Scores(shard)
        : throw new DataException($"{folder.Scores(shard)} is gone or has changed since it was scored (see {folder.ShardRecord(shard)}): start 'scorer score' again, it scores this shard anew");

    private static ScoredPool OfPartitions(IReadOnlyList<string> folders, string spillBeside)
    {
        var partitions = PartitionFolder.OpenAll(folders);
        IReadOnlyList<string> files = [.. partitions.SelectMany(p => p.Shards).OrderBy(s => s.Record.Shard, StringComparer.Ordinal).Select(s => s.Scores)];
        var run = partitions[0].Run;
        return new ScoredPool(
            run with
            {
                Partition = null,
                Counts = run.Counts with { Rows = partitions.Sum(p => p.Run.Counts.Rows) },
                Pool = run.Pool with { Shards = [.. partitions.SelectMany(p => p.Run.Pool.Shards)] },
            },
            files,
            DuplicateIds.Find(files, spillBeside).Select(d => ((string?)d.Shard, (string?)d.Row.ToString(CultureInfo.InvariantCulture))));
    }
}
