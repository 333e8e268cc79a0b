using ParquetPool.Errors;

namespace ParquetPool.Scorer.Records;

/// <summary>What a finished run over one partition left: its record and its shards.</summary>
internal sealed record PartitionFolder(string Path, RunRecord Run, IReadOnlyList<ScoredShard> Shards)
{
    /// <summary>Opens the outputs of all partitions of one pool.</summary>
    /// <returns>Ordered by partition.</returns>
    /// <exception cref="DataException">One is missing, unfinished, changed since, there twice, or scored otherwise than the others.</exception>
    public static IReadOnlyList<PartitionFolder> OpenAll(IReadOnlyList<string> folders)
    {
        List<PartitionFolder> all = [.. folders.Select(Open)];
        var first = all[0];
        foreach (var other in all.Skip(1))
        {
            RequireSame(first, other, "partitions", p => $"{p.Run.Partition!.Count}");
            RequireSame(first, other, "model", p => p.Run.Model.Sha256);
            RequireSame(first, other, "seed", p => $"{p.Run.Seed}");
            RequireSame(first, other, "passes", p => $"{p.Run.Passes}");
            RequireSame(first, other, "masks", p => p.Run.Masks);
            RequireSame(first, other, "versions", p => p.Run.Versions.ToString());
            RequireSame(first, other, "device, feature columns or classes", p => p.Run.Scoring);
        }
        var count = first.Run.Partition!.Count;
        if (all.GroupBy(p => p.Run.Partition!.Index).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new DataException($"{string.Join(" and ", twice.Select(p => p.Path))} both hold partition {twice.Key}/{count}: name one of them");
        }
        return all.Count == count
            ? [.. all.OrderBy(p => p.Run.Partition!.Index)]
            : throw new DataException($"{all.Count} of {count} partitions are there, missing {string.Join(", ", Enumerable.Range(1, count).Except(all.Select(p => p.Run.Partition!.Index)).Select(i => $"{i}/{count}"))}: score them and name their folders too");
    }

    private static PartitionFolder Open(string path)
    {
        var folder = new ScoreFolder(path);
        var run = JsonFile.Read<RunRecord>(folder.RunRecord)
            ?? throw new DataException($"{path} holds no finished run ({System.IO.Path.GetFileName(folder.RunRecord)} is missing or unreadable): start its 'scorer score' again, it goes on where it was");
        if (run.Partition is not { } partition)
        {
            throw new DataException($"{path} holds a run over a whole pool, expected a partition: score with --partition 1/N");
        }
        List<ScoredShard> shards = [.. folder.FinishedShards().Select(r => new ScoredShard(r, folder))];
        if (shards.Count != run.Counts.Shards || shards.Any(s => !partition.Has(s.Record.Shard) || s.Record.Scoring != run.Scoring))
        {
            throw new DataException($"{path} has {shards.Count} whole shards of its run, its record says {run.Counts.Shards}: a file was lost or changed, copy the folder again or score it again");
        }
        return new PartitionFolder(path, run, shards);
    }

    private static void RequireSame(PartitionFolder first, PartitionFolder other, string what, Func<PartitionFolder, string> value)
    {
        if (value(first) != value(other))
        {
            throw new DataException($"{other.Path} was scored with other {what} than {first.Path} ({value(other)} and {value(first)}): score all partitions by the same command");
        }
    }
}
