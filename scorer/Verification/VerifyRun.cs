using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Verification;

/// <summary>The flow of <c>scorer verify</c>: the lists, records and manifests of a folder against its files, and the seals of the other Parquet files.</summary>
internal sealed class VerifyRun
{
    private readonly Dictionary<string, string?> faults = new(StringComparer.Ordinal); // [file]: null where it is as it was written.
    private readonly List<string> parquetFiles = [];
    private readonly CancellationToken stopping;

    private VerifyRun(CancellationToken stopping) => this.stopping = stopping;

    /// <exception cref="IOException">A file cannot be read.</exception>
    public static VerifySummary Execute(string folder, CommandContext context)
    {
        var run = new VerifyRun(context.Stopping);
        var every = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in Directory.EnumerateFiles(Path.GetFullPath(folder), "*", every).Order(StringComparer.Ordinal))
        {
            run.Take(file);
        }
        run.CheckSeals();
        return new VerifySummary(
            "verify", folder, run.faults.Count, [.. run.faults.Where(of => of.Value is not null).OrderBy(of => of.Key, StringComparer.Ordinal).Select(of => new FileFault(of.Key, of.Value!))]);
    }

    private void Take(string file)
    {
        stopping.ThrowIfCancellationRequested();
        var folder = Path.GetDirectoryName(file)!;
        switch (Path.GetFileName(file))
        {
            case WrittenFiles.FileName:
                foreach (var (name, hash) in WrittenFiles.Read(folder).Hashes)
                {
                    Check(Path.Combine(folder, name), hash);
                }
                break;
            case ModelManifest.FileName when File.Exists(Path.Combine(folder, "model.onnx")) || Path.GetFileName(folder).StartsWith("round-", StringComparison.Ordinal):
                TakeManifest(file, folder);
                break;
            case var name when name.EndsWith(".parquet", StringComparison.Ordinal):
                parquetFiles.Add(file);
                break;
            case var name when name.EndsWith(".json", StringComparison.Ordinal) && Path.GetFileName(folder) == "scores" && JsonFile.Read<ShardRecord>(file) is { } record:
                if (record.Shard != Path.GetFileNameWithoutExtension(name))
                {
                    faults[file] = "changed";
                    break;
                }
                var scores = new ScoreFolder(Path.GetDirectoryName(folder)!);
                Check(scores.Scores(record.Shard), record.ScoresSha256);
                if (record.RejectsSha256 is { } rejects)
                {
                    Check(scores.ShardRejects(record.Shard), rejects);
                }
                break;
        }
    }

    /// <summary>Checks by their own footers the Parquet files that nothing else tells of.</summary>
    private void CheckSeals()
    {
        foreach (var file in parquetFiles.Where(file => !faults.ContainsKey(file)))
        {
            try
            {
                if (FileSeal.Verify(file, stopping: stopping))
                {
                    faults[file] = null;
                }
            }
            catch (DataException)
            {
                faults[file] = "changed";
            }
        }
    }

    private void TakeManifest(string file, string folder)
    {
        try
        {
            var manifest = ModelManifest.Read(file);
            Check(Path.Combine(folder, ModelRegistry.ModelFileName), manifest.Sha256);
            if (manifest.StateSha256 is { } state)
            {
                Check(Path.Combine(folder, "state.onnx"), state);
            }
        }
        catch (DataException)
        {
            faults[file] = "changed";
        }
    }

    /// <param name="hash">Null for a file whose run did not come to its end; for a record, which carries its own, what the list has instead.</param>
    private void Check(string file, string? hash)
    {
        var fault = hash is null ? "unfinished"
            : !File.Exists(file) ? "missing"
            : WrittenFiles.IsOfRecord(hash) ? (WrittenFiles.IsRecordWhole(file, File.ReadAllBytes(file)) ? null : "changed")
            : ContentHash.Of(file, stopping) == hash ? null
            : "changed";
        if (!faults.TryGetValue(file, out var known) || known is null)
        {
            faults[file] = fault;
        }
    }
}

/// <summary>The last line of <c>scorer verify</c>.</summary>
/// <param name="Files">Files that a list, a record, a manifest or their own footer tells of.</param>
internal sealed record VerifySummary(string Command, string Folder, int Files, IReadOnlyList<FileFault> Faults);

/// <summary>A file that is not as it was written.</summary>
/// <param name="What"><c>missing</c>, <c>changed</c> or <c>unfinished</c>.</param>
internal sealed record FileFault(string File, string What)
{
    public override string ToString() => $"{What,-10} {File}";
}
