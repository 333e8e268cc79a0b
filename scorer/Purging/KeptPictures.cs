using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Purging;

/// <summary>The files of the pictures that stay, to be copied into a folder of their own; where they lie nothing is removed.</summary>
/// <remarks>A row's id is its picture's path below the folder that was imported. Memory: the ids.</remarks>
internal sealed class KeptPictures
{
    private const string Folder = "files";
    private const int BatchRows = 4096;
    private readonly string from;
    private readonly List<string> ids;

    private KeptPictures(string from, List<string> ids) => (this.from, this.ids) = (from, ids);

    /// <summary>Files to copy.</summary>
    public int Count => ids.Count;

    /// <exception cref="UsageException">The folder is not there.</exception>
    /// <exception cref="DataException">An id is no path below the folder, or a picture is not there.</exception>
    public static KeptPictures Find(string from, IReadOnlyList<Shard> shards, IReadOnlyList<RemovedRow> removed, CancellationToken stopping)
    {
        if (!Directory.Exists(from))
        {
            throw new UsageException($"--copy-files {from}: no such folder, expected the folder of pictures that was imported");
        }
        var gone = removed.Select(row => (row.Row.Shard, row.Row.Row)).ToHashSet();
        List<string> ids = [.. shards.SelectMany(shard => IdsOf(shard, gone, stopping))];
        if (ids.FirstOrDefault(id => !id.Split('/').All(name => FileName.Of(name) is not null)) is { } strange)
        {
            throw new DataException($"row {strange} is named by no path of a file, so that no picture can be copied for it: --copy-files is for pools that 'trainer import --images' made of folders");
        }
        List<string> missing = [.. ids.Where(id => !File.Exists(Path.Combine(from, id)))];
        return missing.Count == 0
            ? new KeptPictures(from, ids)
            : throw new DataException(FormattableString.Invariant($"--copy-files {from}: {missing.Count:N0} of {ids.Count:N0} pictures that stay are not there, such as {missing[0]}: give the folder that was imported, the one above where several were"));
    }

    /// <summary>What is written below a folder, and what an earlier run wrote there.</summary>
    public IReadOnlyCollection<string> NamesIn(string root) => [.. ids.Select(id => $"{Folder}/{id}"), .. Earlier(root)];

    /// <summary>Copies the files, each as a whole, and removes those of an earlier run that do not stay.</summary>
    /// <returns>The folder.</returns>
    /// <exception cref="UsageException">The folder holds files of somebody else.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public string Copy(string root, Action<long> advance, CancellationToken stopping)
    {
        var folder = Path.GetFullPath(Path.Combine(root, Folder));
        var names = NamesIn(root).ToHashSet(StringComparer.Ordinal);
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).FirstOrDefault(file => !names.Contains(Path.GetRelativePath(root, file))) is { } stranger)
        {
            throw new UsageException($"{stranger} is no picture that stays, so the clean set would hold a strange file: choose another folder for --out");
        }
        foreach (var old in Earlier(root).Except(ids.Select(id => $"{Folder}/{id}"), StringComparer.Ordinal))
        {
            File.Delete(Path.Combine(root, old));
        }
        foreach (var id in ids)
        {
            stopping.ThrowIfCancellationRequested();
            var copy = Path.Combine(folder, id);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            using var picture = File.OpenRead(Path.Combine(from, id));
            WholeFile.Write(copy, picture.CopyTo);
            advance(1);
        }
        return folder;
    }

    private static IEnumerable<string> Earlier(string root) => WrittenFiles.Read(root).Hashes.Keys.Where(name => name.StartsWith($"{Folder}/", StringComparison.Ordinal));

    private static IEnumerable<string> IdsOf(Shard shard, HashSet<(string, long)> gone, CancellationToken stopping)
    {
        var schema = new RowSchema([]);
        var batch = new RowBatch(schema, BatchRows);
        using var reader = new ShardReader(shard, schema);
        while (reader.Read(batch, stopping))
        {
            for (var row = 0; row < batch.Count; row++)
            {
                if (!gone.Contains((shard.Name, batch.FirstRow + row)))
                {
                    yield return batch.Ids[row];
                }
            }
        }
    }
}
