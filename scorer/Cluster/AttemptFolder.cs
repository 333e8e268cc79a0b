using System.Globalization;
using ParquetPool.Scorer.Jobs;
using ParquetPool.Scorer.Records;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Cluster;

/// <summary>The folders that tasks write: <c>&lt;run&gt;/parts/&lt;task&gt;-&lt;attempt&gt;</c>, one for every attempt.</summary>
/// <remarks>
/// The database numbers the attempts, so no two write the same folder. A new attempt renames its predecessor's, and goes on from there: a node that
/// was believed dead and still writes finds its folder gone, and can no more give a file its final name. What it makes under the old name, nobody reads.
/// </remarks>
internal static class AttemptFolder
{
    public static string Of(string run, string task, int attempt) => Path.Combine(Parts(run), string.Create(CultureInfo.InvariantCulture, $"{task}-{attempt}"));

    /// <summary>Where the parts of a run lie.</summary>
    public static string Parts(string run) => Path.Combine(run, "parts");

    /// <summary>What a task's attempts wrote to stderr.</summary>
    public static string LogOf(ClusterTask task) => Path.Combine(Parts(task.Run), "logs", $"{Path.GetFileName(task.Folder)}.log");

    /// <summary>Makes an attempt's folder of the one before; that of a first attempt holds what the job's newest run knows of the same shards.</summary>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public static void Prepare(ClusterTask task)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LogOf(task))!);
        var earlier = Enumerable.Range(1, task.Attempt - 1).Reverse().Select(attempt => Of(task.Run, task.Name, attempt)).FirstOrDefault(Directory.Exists);
        if (earlier is not null)
        {
            Directory.Move(earlier, task.Folder);
            return;
        }
        Directory.CreateDirectory(task.Folder);
        if (TaskPlan.PartitionOf(task.Arguments) is { } partition)
        {
            TakeOver(Path.Combine(Path.GetDirectoryName(task.Run)!, RunOutputs.Latest), partition, new ScoreFolder(task.Folder));
        }
    }

    /// <summary>Gives a run the files of its last task, the record last. Whoever does it, and however often, the files are the same.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Publish(ClusterTask task)
    {
        var files = Directory.EnumerateFiles(task.Folder, "*", SearchOption.AllDirectories).Where(file => !TemporaryFile.IsOne(file)).OrderBy(file => file.EndsWith(".json", StringComparison.Ordinal)).ThenBy(file => file, StringComparer.Ordinal);
        foreach (var file in files.ToList())
        {
            var to = Path.Combine(task.Run, Path.GetRelativePath(task.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            var temporary = TemporaryFile.NameOf(to);
            RunOutputs.LinkOrCopy(file, temporary);
            try
            {
                File.Move(temporary, to, overwrite: true);
            }
            catch (FileNotFoundException) when (File.Exists(to))
            {
                // Another leader published it, and took this one's for what a killed one left.
            }
            File.Delete(temporary); // A rename to another name of the same file leaves both.
        }
        foreach (var folder in Directory.EnumerateDirectories(task.Run).Where(folder => Path.GetFileName(folder) is "scores" or "rejects").Append(task.Run))
        {
            TemporaryFile.RemoveFrom(folder);
        }
    }

    private static void TakeOver(string run, Partition partition, ScoreFolder folder)
    {
        var record = JsonFile.Read<RunRecord>(new ScoreFolder(run).RunRecord);
        IReadOnlyList<string> merged = record?.Merged ?? [run];
        // Partitions are merged in their order.
        foreach (var from in (merged.Count == partition.Count ? [merged[partition.Index - 1]] : merged).Select(path => new ScoreFolder(path)))
        {
            foreach (var shard in (record?.Pool.Shards ?? []).Select(shard => shard.Name).Where(partition.Has))
            {
                // The record first: by it the others are known for the program's own, and without them it says nothing.
                foreach (var (file, to) in new[] { (from.ShardRecord(shard), folder.ShardRecord(shard)), (from.Scores(shard), folder.Scores(shard)), (from.ShardRejects(shard), folder.ShardRejects(shard)) }.Where(f => File.Exists(f.Item1)))
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                    RunOutputs.LinkOrCopy(file, to);
                }
            }
        }
    }
}
