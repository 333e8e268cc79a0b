using System.Globalization;
using System.Text;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Outputs;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Judging;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Purging;

/// <summary>The flow of <c>scorer purge</c>: audit and judgements → leaks → removed rows → clean shards.</summary>
internal static class PurgeRun
{
    private const string RecordName = "purge.json";
    private const string ReplacementsName = "replacements";

    /// <exception cref="UsageException">The options contradict each other or the folder.</exception>
    /// <exception cref="DataException">The audit is not finished, a shard has changed, or there is nothing to go by.</exception>
    /// <exception cref="IOException">The outputs cannot be written.</exception>
    public static async Task<PurgeSummary> ExecuteAsync(PurgeOptions options, CommandContext context)
    {
        Check(options);
        var audit = FinishedAudit.Open(options.Audit);
        if (audit.Record.Summary.Threshold > options.Threshold)
        {
            throw new UsageException(FormattableString.Invariant($"--threshold {options.Threshold} is below {audit.Record.Summary.Threshold}, the least cosine that the audit lists: audit again with it"));
        }
        var leaks = Leak.Of(audit, options);
        var (removed, uncompared) = UnlistedDoubles.Remove(audit, leaks, Keep(audit.Record, options), options, context.Stopping);
        var spare = options.ReplaceFrom.Count > 0
            ? Replacements.Read(audit, ShardSet.Resolve(options.ReplaceFrom, Spare(audit)), options, leaks.Count > 0 ? leaks[^1].Pair.Similarity : 1, context.Stopping)
            : null;
        var replacements = removed.Select(row => spare?.Take(row.Row.Label)).ToList();
        var purged = audit.Record.Splits[^1];
        Shard[] shards = [.. purged.Shards.Select(shard => audit.ShardOf(purged.Name, shard.Name))];
        var clean = Path.GetFullPath(Path.Combine(options.Out, audit.Record.IsPool ? "pool" : "test"));
        OutputRule.Require(new Place("--out", options.Out), audit.Record.Splits.SelectMany(split => split.Shards).Select(shard => shard.Path));
        var pictures = options.CopyFiles is { } from ? KeptPictures.Find(from, shards, removed, context.Stopping) : null;
        using var alone = FolderHold.Take(options.Out);
        var written = Claim(options.Out, clean, shards, pictures);
        Open(options.Out, clean, shards);
        await context.Progress.RunAsync("writing", shards.Length, "shards", advance => Task.Run(() =>
        {
            foreach (var shard in shards)
            {
                context.Stopping.ThrowIfCancellationRequested();
                FinishedAudit.RequireIds(shard, removed.Where(row => row.Row.Shard == shard.Name).Select(row => row.Row), context.Stopping);
                ShardSubset.WriteWithout(shard, [.. removed.Where(row => row.Row.Shard == shard.Name).Select(row => row.Row.Row)], Path.Combine(clean, shard.Name + ".parquet"), PoolFacts.Of(shard).In(new Provenance("scorer purge")));
                advance(1);
            }
            return 0;
        }));
        var chosen = replacements.OfType<SpareRow>().GroupBy(row => row.Shard).OrderBy(rows => rows.Key.Name, StringComparer.Ordinal).ToList();
        if (chosen.Count > 0)
        {
            ShardSubset.WriteOnly([.. chosen.Select(rows => (rows.Key, (IReadOnlyCollection<long>)[.. rows.Select(row => row.Row)]))], shards[0], Path.Combine(clean, ReplacementsName + ".parquet"), PoolFacts.Of(shards[0]).In(new Provenance("scorer purge")));
        }
        var copied = pictures is null ? null : await context.Progress.RunAsync("copying", pictures.Count, "pictures", advance => Task.Run(() => pictures.Copy(options.Out, advance, context.Stopping)));
        var file = Path.GetFullPath(Path.Combine(options.Out, "removed.csv"));
        WriteRemoved(file, removed, replacements);
        var rows = ShardSet.Resolve(shards.Select(shard => shard.Path)).CountRows();
        var judged = JudgedPairs.Read(audit)?.Count ?? 0;
        var summary = new PurgeSummary(
            Command: "purge",
            Clean: clean,
            Removed: file,
            Rows: rows,
            CleanRows: rows - removed.Count + replacements.Count(row => row is not null),
            Leaked: removed.Count(row => !row.Inside),
            Repeated: removed.Count(row => row.Inside),
            Rules: Counts(removed.Select(row => row.Leak.Rule)),
            UnjudgedPairs: options.Threshold is null ? audit.Pairs.Count - judged : null,
            Replaced: replacements.Count(row => row is not null),
            RanOut: spare is null ? new Dictionary<string, int>() : Counts(removed.Zip(replacements).Where(row => row.Second is null).Select(row => row.First.Row.Label ?? "")),
            ReplacementsChecked: options.SpareAudit is not null,
            Uncompared: uncompared,
            Files: copied);
        JsonFile.WriteRecord(Path.Combine(options.Out, RecordName), summary);
        written.Complete(RecordName);
        return summary;
    }

    /// <summary>Spare rows are named by the column that names the audited ones, unless the command line says otherwise.</summary>
    private static RowColumns? Spare(FinishedAudit audit) =>
        audit.Record.Splits[^1].Shards[0].Columns is not { Id: { } id } ? RowColumns.Said : (RowColumns.Said ?? new RowColumns()) is var said && said.Id is null ? said with { Id = id } : said;

    private static void Check(PurgeOptions options)
    {
        OptionRange.Cosine.Require("--threshold", options.Threshold);
        if (options.SpareAudit is not null && options.ReplaceFrom.Count == 0)
        {
            throw new UsageException("--spare-audit says which spare rows not to take, expected --replace-from beside it");
        }
        if (options.CopyFiles is not null && options.ReplaceFrom.Count > 0)
        {
            throw new UsageException("--copy-files copies the pictures of the audited rows that stay, and --replace-from adds others: give one of the two");
        }
    }

    /// <summary>The splits, the one whose rows are rather kept first.</summary>
    private static IReadOnlyList<string> Keep(AuditReport record, PurgeOptions options)
    {
        IReadOnlyList<string> splits = [.. record.Splits.Select(split => split.Name)];
        var names = string.Join(",", splits);
        if (record.IsPool && options.ReplaceFrom.Count > 0)
        {
            throw new UsageException("--replace-from is for audits of --train and --test: rows that take the places of removed ones would need a split of their own");
        }
        if (record.SplitColumn is null || splits.Count == 1)
        {
            return options.Keep.Count == 0 ? splits : throw new UsageException($"--keep {string.Join(",", options.Keep)} is for audits by --split-column; this one keeps rows in the order {names}");
        }
        return options.Keep.Order(StringComparer.Ordinal).SequenceEqual(splits.Order(StringComparer.Ordinal))
            ? options.Keep
            : throw new UsageException($"--keep {string.Join(",", options.Keep)}: expected the splits of the audit, each once, the one whose rows are rather kept first, such as --keep {names}");
    }

    private static WrittenFiles Claim(string root, string clean, Shard[] shards, KeptPictures? pictures) => WrittenFiles.Claim(
        root,
        [RecordName, "removed.csv", .. shards.Select(shard => shard.Name).Append(ReplacementsName).Select(name => Path.Combine(Path.GetFileName(clean), name + ".parquet")), .. pictures?.NamesIn(root) ?? []],
        _ => JsonFile.Read<PurgeSummary>(Path.Combine(root, RecordName)) is not null);

    private static void Open(string root, string clean, Shard[] shards)
    {
        var names = shards.Select(shard => shard.Name).ToHashSet();
        if (shards.FirstOrDefault(shard => Path.GetDirectoryName(shard.Path) == clean) is { } source)
        {
            throw new UsageException($"--out {root} would write over {source.Path}, which is read: choose another folder");
        }
        if (names.Contains(ReplacementsName))
        {
            throw new UsageException($"a test shard is called {ReplacementsName}, as the shard of replacements would be: rename it");
        }
        if (Directory.Exists(clean) && ShardSet.Files(clean).FirstOrDefault(file => !names.Contains(Path.GetFileNameWithoutExtension(file)) && Path.GetFileNameWithoutExtension(file) != ReplacementsName) is { } stranger)
        {
            throw new UsageException($"{stranger} is no shard of this split, so the clean shards would hold strange rows: choose another folder for --out");
        }
        try
        {
            Directory.CreateDirectory(clean);
            File.Delete(Path.Combine(root, RecordName));
            File.Delete(Path.Combine(clean, ReplacementsName + ".parquet"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{root} cannot be written: {e.Message.TrimEnd('.')}; choose a folder with --out that may be written and has room", e);
        }
    }

    private static void WriteRemoved(string path, IReadOnlyList<RemovedRow> removed, IReadOnlyList<SpareRow?> replacements) => WholeFile.Write(path, stream =>
    {
        using var csv = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        csv.WriteLine("id,shard,row,label,doubles,doubles_split,similarity,judgement,rule,kept,replaced_by");
        foreach (var (row, replacement) in removed.Zip(replacements))
        {
            string?[] fields =
            [
                row.Row.Id, row.Row.Shard, Number(row.Row.Row), row.Row.Label, row.Doubles.Id, row.Doubles.Split, Number(row.Leak.Pair.Similarity),
                row.Leak.Judgement?.Word(), row.Leak.Rule, row.Inside ? row.Doubles.Id : null, replacement?.Id,
            ];
            csv.WriteLine(string.Join(',', fields.Select(CellText.Field)));
        }
    });

    private static string Number(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static SortedDictionary<string, int> Counts(IEnumerable<string> words) =>
        new(words.GroupBy(word => word).ToDictionary(same => same.Key, same => same.Count()), StringComparer.Ordinal);
}
