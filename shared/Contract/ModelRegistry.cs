using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Contract;

/// <summary>The folder <c>models/&lt;task&gt;/round-NNNN/</c>, here or in an object store.</summary>
public sealed class ModelRegistry(string root)
{
    public const string ModelFileName = "model.onnx";
    public const string HistoryFileName = "history.parquet";

    /// <summary>The ids of the labelled rows that a round learnt from; packages of earlier programs have none.</summary>
    public const string LearntFileName = "learnt.parquet";

    private const string RoundPrefix = "round-";

    /// <summary>The rounds of a task that are whole (their manifest is there), oldest first.</summary>
    public IReadOnlyList<(int Round, string Folder)> Rounds(string task) => RoundsIn(StorageAddress.Join(root, task));

    /// <summary>The rounds in a task's folder that are whole, oldest first.</summary>
    public static IReadOnlyList<(int Round, string Folder)> RoundsIn(string folder)
    {
        var folders = StorageAddress.IsRemote(folder)
            ? StoredFiles.List(folder).Where(f => f.EndsWith('/' + ModelManifest.FileName)).Select(StorageAddress.FolderOf).Where(d => StorageAddress.FolderOf(d) == folder.TrimEnd('/'))
            : Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, RoundPrefix + "*").Where(d => File.Exists(Path.Combine(d, ModelManifest.FileName)))
            : [];
        return
        [
            .. folders.Where(d => Path.GetFileName(d).StartsWith(RoundPrefix, StringComparison.Ordinal))
                .Select(d => (Round: RoundOf(d), Folder: d))
                .Where(r => r.Round > 0)
                .OrderBy(r => r.Round),
        ];
    }

    /// <summary>The number the next round of a task gets, from 1.</summary>
    public int NextRound(string task) => Rounds(task).Select(r => r.Round).DefaultIfEmpty(0).Max() + 1;

    /// <summary>Publishes a round whole: <paramref name="write"/> fills a temporary folder, which one rename makes visible, or in an object store its manifest.</summary>
    /// <returns>The round's folder.</returns>
    /// <exception cref="DataException">The round appeared meanwhile.</exception>
    public string Publish(string task, int round, Action<string> write)
    {
        var folder = StorageAddress.Join(StorageAddress.Join(root, task), RoundPrefix + round.ToString("D4", CultureInfo.InvariantCulture));
        if (!StorageAddress.IsRemote(folder))
        {
            return Publish(folder, write);
        }
        StoredFiles.Write(StorageAddress.Join(folder, ModelManifest.FileName), manifest => write(Path.GetDirectoryName(manifest)!), isNew: true);
        return folder;
    }

    private static string Publish(string folder, Action<string> write)
    {
        using var temporary = TemporaryFolder.Create(folder);
        TemporaryFile.RemoveFrom(Path.GetDirectoryName(folder)!, of: RoundPrefix);
        write(temporary.Path);
        WrittenFiles.ListAll(temporary.Path);
        if (Directory.Exists(folder))
        {
            throw new DataException($"{folder} is there already, expected a new round: another trainer published it, run again");
        }
        temporary.MoveTo(folder);
        return folder;
    }

    /// <summary>Rejects a task name that is no plain folder name.</summary>
    /// <exception cref="UsageException">The name is empty or has other characters than letters, digits, '-', '_' and '.'.</exception>
    public static string CheckTask(string task) =>
        task.Length > 0 && task[0] != '.' && task.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? task
            : throw new UsageException($"--task '{task}' is no task name, expected letters, digits, '-', '_' and '.': choose another");

    private static int RoundOf(string folder) =>
        int.TryParse(Path.GetFileName(folder)[RoundPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var round) ? round : 0;
}
