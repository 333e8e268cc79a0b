using System.Globalization;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Records;
using ParquetPool.ShardRows;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Findings;

/// <summary>The folder that <c>scorer audit</c> wrote, read back. About 250 bytes a pair are held.</summary>
/// <param name="Pairs">Nearest first, as the file has them.</param>
internal sealed record FinishedAudit(string Folder, AuditReport Record, IReadOnlyList<ListedPair> Pairs)
{
    /// <summary>The page of the audit, beside its files.</summary>
    public const string PageName = "report.html";

    private const double Rounding = 1e-3;
    private const int RowsAtOnce = 2048;

    /// <summary>Opens the folder.</summary>
    /// <exception cref="DataException">The audit is not finished, or its files are not what it wrote.</exception>
    public static FinishedAudit Open(string folder) => Read(
        folder,
        JsonFile.Require<AuditReport>(Path.Combine(folder, AuditReport.FileName), $"the record of a finished audit: run 'scorer audit --out {folder}'"));

    /// <summary>Reads the pairs of an audit whose record is known.</summary>
    /// <exception cref="DataException">The file of pairs is missing or damaged.</exception>
    public static FinishedAudit Read(string folder, AuditReport record)
    {
        var known = new Dictionary<string, string>();
        string Once(string text) => known.TryAdd(text, text) ? text : known[text];
        ListedRow Row(string split, string?[] columns, int at) =>
            new(split, columns[at] ?? throw new FormatException(), columns[at + 1] is { } label ? Once(label) : null, Once(columns[at + 2]!), long.Parse(columns[at + 3]!, CultureInfo.InvariantCulture));
        static double Cosine(string text) =>
            double.Parse(text, CultureInfo.InvariantCulture) is >= -1 - Rounding and <= 1 + Rounding and var cosine ? cosine : throw new FormatException();
        var rows = TextTable.ReadWithNumbers(
            Path.Combine(folder, "pairs.parquet"),
            ["test_id", "test_label", "test_shard", "test_row", "train_id", "train_label", "train_shard", "train_row", "split", "other_split", "similarity", "exact", .. record.Summary.Speed.Overlaps is null ? Array.Empty<string>() : ["overlap"]]);
        ListedPair[] pairs;
        try
        {
            pairs =
            [
                .. rows.Select(columns => new ListedPair(
                    Row(Once(columns[8]!), columns, 0), Row(Once(columns[9]!), columns, 4), Cosine(columns[10]!), columns[11] == "true") { Overlap = columns.ElementAtOrDefault(12) }),
            ];
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentNullException)
        {
            throw new DataException($"{folder}: pairs.parquet holds values that no audit writes, expected the file as it was: audit again", e);
        }
        var splits = record.Splits.Select(split => split.Name).ToHashSet(StringComparer.Ordinal);
        if (pairs.FirstOrDefault(pair => !splits.Contains(pair.Test.Split) || !splits.Contains(pair.Other.Split)) is { } strange)
        {
            throw new DataException($"{folder}: pairs.parquet lists a pair of kind {strange.Kind}, {AuditReport.FileName} has the splits {string.Join(", ", splits.Order(StringComparer.Ordinal))}, expected files of one audit: audit again");
        }
        return pairs.Length == record.Summary.Comparisons.Sum(counts => counts.Listed)
            ? new FinishedAudit(folder, record, pairs)
            : throw new DataException($"{folder}: pairs.parquet lists {pairs.Length} pairs, {AuditReport.FileName} counts {record.Summary.Comparisons.Sum(counts => counts.Listed)}, expected files of one audit: audit again");
    }

    /// <summary>Looks whether rows still stand where they stood when they were audited: a shard of as many bytes may be another.</summary>
    /// <exception cref="DataException">One does not.</exception>
    public static void RequireIds(Shard shard, IEnumerable<ListedRow> rows, CancellationToken stopping)
    {
        var open = rows.DistinctBy(row => row.Row).ToDictionary(row => row.Row);
        var schema = new RowSchema([]);
        var batch = new RowBatch(schema, RowsAtOnce);
        using var reader = new ShardReader(shard, schema);
        while (open.Count > 0 && reader.Read(batch, stopping))
        {
            for (var row = 0; row < batch.Count; row++)
            {
                if (open.Remove(batch.FirstRow + row, out var listed))
                {
                    RequireId(shard, listed, batch.Ids[row]);
                }
            }
        }
        open.Values.ToList().ForEach(row => RequireId(shard, row, null));
    }

    /// <exception cref="DataException">The row that stands there has another id.</exception>
    public static void RequireId(Shard shard, ListedRow listed, string? id)
    {
        if (id != listed.Id)
        {
            throw new DataException($"{shard.Path}: row {listed.Row} has id '{id}', the audit read '{listed.Id}' there: the shard has changed, bring it back or audit again");
        }
    }

    /// <summary>The shard of a row, where it stood when it was audited.</summary>
    /// <exception cref="DataException">It is gone or another file.</exception>
    public Shard ShardOf(string split, string name)
    {
        var audited = Record.Splits.FirstOrDefault(of => of.Name == split)?.Shards.FirstOrDefault(shard => shard.Name == name)
            ?? throw new DataException($"{Folder}: pairs.parquet names shard {name} of split {split}, which {AuditReport.FileName} does not, expected files of one audit: audit again");
        var bytes = StoredFiles.Length(audited.Path);
        return bytes == audited.Bytes
            ? new Shard(name, audited.Path, audited.Columns)
            : throw new DataException($"{audited.Path} {(bytes is null ? "is gone" : $"has {bytes} bytes")}, the audit read {audited.Bytes}: bring the shard back or audit again");
    }
}
