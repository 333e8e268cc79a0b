using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Pipeline;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Selection;

/// <summary>The rows that a finished scoring run scored, streamed from its score files.</summary>
internal sealed class ScoredPool
{
    private readonly ScoreFolder folder;

    private ScoredPool(ScoreFolder folder, RunRecord run) => (this.folder, Run) = (folder, run);

    public RunRecord Run { get; }

    /// <summary>Opens the folder of a run.</summary>
    /// <exception cref="Commands.DataException">The run is not finished.</exception>
    public static ScoredPool Open(string root)
    {
        var folder = new ScoreFolder(root);
        var run = RunRecord.Read(folder.RunRecord);
        return run.Merged is null
            ? new ScoredPool(folder, run)
            : throw new UsageException($"--scores {root} was merged from {run.Merged} partitions, whose score files lie elsewhere: select from the folder of an undivided run");
    }

    /// <summary>Every row that was not rejected, each id once.</summary>
    public IEnumerable<Candidate> Rows(ScoreColumn by)
    {
        // A repeated id stands in the score files; only its first row counts, the others are among the rejects.
        var rejected = TextTable.Read(folder.Rejects, "shard", "row").Select(r => (r[0], r[1])).ToHashSet();
        return from shard in Run.Pool.Shards
               from row in TextTable.ReadWithNumbers(folder.Scores(shard.Name), "id", "shard", "row", "predicted", @by.Name)
               where !rejected.Contains((row[1], row[2]))
               select new Candidate(row[0]!, row[1]!, long.Parse(row[2]!, CultureInfo.InvariantCulture), row[3]!, double.Parse(row[4]!, CultureInfo.InvariantCulture));
    }
}
