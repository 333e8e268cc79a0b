using System.Text;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Scoring;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Cluster;

/// <summary>Cuts a run into tasks. A score is partitions and, when they are done, their merge; another command is one task.</summary>
/// <remarks>
/// The newest round of a task and the files of a pool are looked up once, here: all partitions see the same, whatever is published meanwhile. An
/// audit is not cut: every row is compared with all rows of the other split, so each part would embed and hold all of them again.
/// </remarks>
internal static class TaskPlan
{
    public const string Merge = "merge";
    private const int ShardsPerTask = 2;
    private const int MostTasks = 1024;

    /// <summary>The tasks of a run that can be done at once.</summary>
    /// <param name="arguments">The run's command line, <c>--out</c> and its folder last.</param>
    /// <param name="work">The folder in which relative paths start.</param>
    /// <exception cref="Errors.DataException">There is no model or no shard.</exception>
    /// <exception cref="IOException">The run's folder cannot be written.</exception>
    public static IReadOnlyList<ClusterTask> Of(IReadOnlyList<string> arguments, string run, string work)
    {
        if (!IsSplit(arguments))
        {
            return [new ClusterTask(run, arguments[0], [.. arguments.SkipLast(2)], work)];
        }
        var options = Read(arguments);
        var shards = ShardSet.Resolve(options.Pool.Select(pattern => At(pattern, work)));
        var count = Math.Clamp((shards.Count + ShardsPerTask - 1) / ShardsPerTask, 1, MostTasks);
        string[] common = ["score", "--model", ModelOf(At(options.Model, work)), "@" + WritePool(shards, run), .. Without(arguments.Skip(1), "--model", "--pool", "--top", "--exclude", "--on-bad-rows", "--out")];
        return [.. Enumerable.Range(1, count).Select(i => new Partition(i, count)).Select(part =>
            new ClusterTask(run, $"part-{part.Index}-of-{part.Count}", [.. common, "--top", "1", "--on-bad-rows", "reject", "--partition", part.ToString()], work))];
    }

    /// <summary>The task that joins partitions which are done.</summary>
    public static ClusterTask MergeOf(IReadOnlyList<string> arguments, string run, string work, IEnumerable<ClusterTask> parts) =>
        new(run, Merge, [Merge, "--scores", .. parts.Select(part => part.Folder), "--rank-by", Read(arguments).RankBy, .. Only(arguments, "--top", "--exclude", "--on-bad-rows")], work);

    /// <summary>Whether a run is cut into partitions.</summary>
    public static bool IsSplit(IReadOnlyList<string> arguments) => arguments[0] == "score" && Read(arguments).Partition is null;

    /// <summary>The share of a task that scores one; null for others.</summary>
    public static Partition? PartitionOf(IReadOnlyList<string> arguments) =>
        arguments[0] == "score" && arguments.ToList().IndexOf("--partition") is > 0 and var at ? Partition.Parse(arguments[at + 1]) : null;

    private static ScoreOptions Read(IReadOnlyList<string> arguments) => ScoreCommand.OptionsOf(ScoreCommand.Create().Parse([.. arguments.Skip(1)], CommandHost.Parsing));

    private static string At(string path, string work) => StorageAddress.IsRemote(path) ? path : Path.GetFullPath(path, work);

    private static string ModelOf(string path) =>
        (StorageAddress.IsRemote(path) ? !path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) : Directory.Exists(path)) && ModelPackage.Open(path).Path is var model ? StorageAddress.FolderOf(model) : path;

    private static string WritePool(ShardSet shards, string run)
    {
        var file = Path.Combine(AttemptFolder.Parts(run), CommandHost.TaskArguments);
        Directory.CreateDirectory(AttemptFolder.Parts(run));
        WholeFile.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes(string.Concat(shards.Select(shard => $"{shard.Path}\n").Prepend("--pool\n")))));
        return file;
    }

    private static IEnumerable<string> Without(IEnumerable<string> arguments, params string[] names) => Sections(arguments).Where(section => !names.Contains(section[0])).SelectMany(section => section);

    private static IEnumerable<string> Only(IEnumerable<string> arguments, params string[] names) => Sections(arguments).Where(section => names.Contains(section[0])).SelectMany(section => section);

    /// <summary>Options, each with its values.</summary>
    private static List<List<string>> Sections(IEnumerable<string> arguments)
    {
        var sections = new List<List<string>>();
        foreach (var argument in arguments)
        {
            if (argument.StartsWith("--", StringComparison.Ordinal) || sections.Count == 0)
            {
                sections.Add([]);
            }
            sections[^1].Add(argument);
        }
        return sections;
    }
}
