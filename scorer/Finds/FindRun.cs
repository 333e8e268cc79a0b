using System.Globalization;
using System.Text;
using ParquetPool.Encoders;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Finds;

/// <summary>The flow of <c>scorer find</c>: a text or a row to the rows of a pool that are nearest to it by cosine.</summary>
/// <remarks>Memory: a batch, and the rows of the answer. The pool is read once, for <c>--like</c> twice.</remarks>
internal static class FindRun
{
    private const string DefaultColumn = "embedding";
    private const int BatchRows = 1024;
    private const int MostRows = 10_000;
    private const int ShownLength = 200;
    private static readonly string[] OwnColumns = ["rank", "id", "similarity", "shard", "row"];

    /// <exception cref="UsageException">The options contradict each other, or nothing tells how a text becomes a vector of the column.</exception>
    /// <exception cref="DataException">The pool is not what it must be, or has no such row.</exception>
    /// <exception cref="IOException">The answer cannot be written.</exception>
    public static FindSummary Execute(FindOptions options, CancellationToken stopping)
    {
        Check(options);
        var shards = ShardSet.Resolve(options.Pool);
        var column = shards.Vector(options.Column ?? (shards.VectorColumns().Contains(DefaultColumn) ? DefaultColumn : ColumnEmbedder.OnlyColumn(shards)));
        var (encoder, query) = options.Text is { } text ? Encoded(text, shards, column, options.Encoder) : (null, VectorOf(options.Like!, shards, column, stopping));
        var norm = Cosine.Dot(query, query);
        if (norm == 0 || !double.IsFinite(norm))
        {
            throw new DataException($"the vector of {(options.Text is null ? $"row {options.Like}" : "the text")} is {(norm == 0 ? "all zeros" : "not finite")}, expected one with a direction: look for another");
        }
        var written = options.Out is { } file ? WrittenFiles.Claim(Path.GetDirectoryName(Path.GetFullPath(file))!, [Path.GetFileName(file)]) : null;
        var nearest = new NearestRows(options.Top);
        var (compared, skipped) = (0L, 0L);
        foreach (var (shard, batch, row) in Rows(shards, column, stopping))
        {
            var vector = batch.Vectors[0].AsSpan(row * column.Width, column.Width);
            var own = Cosine.Dot(vector, vector);
            if (batch.Faults[row] != RowFaults.None || own == 0 || !double.IsFinite(own))
            {
                skipped++;
                continue;
            }
            compared++;
            var similarity = Cosine.FromDot(Cosine.Dot(query, vector), norm, own);
            if (similarity >= nearest.Entry && batch.Ids[row] != options.Like)
            {
                nearest.Offer(new(batch.Ids[row], similarity, shard.Name, batch.FirstRow + row));
            }
        }
        var found = Shown(nearest.Rows, shards);
        if (written is not null)
        {
            WholeFile.Write(options.Out!, Encoding.UTF8.GetBytes(Csv(found)));
            written.Complete();
        }
        return new("find", column.Name, encoder, compared, skipped, found, options.Out);
    }

    /// <summary>Lines for people: the cosine, the id, and what there is to read.</summary>
    public static IEnumerable<string> Lines(FindSummary summary) =>
        summary.Found.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Similarity:0.0000}  {row.Id}  {string.Join("  ", row.Columns.Values.Select(value => value?.Length > ShownLength ? $"{value[..ShownLength]}…" : value))}"));

    private static void Check(FindOptions options)
    {
        if (options.Text is null == options.Like is null)
        {
            throw new UsageException($"{(options.Text is null ? "neither --text nor --like was" : "--text and --like were both")} given, expected one of them: what are the rows to be near to?");
        }
        if (options.Encoder is not null && options.Text is null)
        {
            throw new UsageException("--encoder goes with --text: a row has its vector");
        }
        if (options.Text is { } text && string.IsNullOrWhiteSpace(text))
        {
            throw new UsageException("--text is blank, expected words to look for");
        }
        if (options.Top is < 1 or > MostRows)
        {
            throw new UsageException($"--top is {options.Top}, expected 1 to {MostRows}");
        }
    }

    private static (string Encoder, float[] Vector) Encoded(string text, ShardSet shards, VectorColumn column, string? asked)
    {
        var made = EncodedColumn.Of(PoolFacts.Of(shards), column.Name);
        var name = asked ?? made?.Encoder
            ?? throw new UsageException($"{shards[0].Path}: nothing in its footer says which encoder made the column {column.Name}, expected one by trainer import --encoder: name another --column, the --encoder, or a row with --like ID");
        if (asked is null && !TextEncoder.IsBuiltIn(name))
        {
            throw new UsageException($"the column {column.Name} was made by '{name}': name that file with --encoder, for what stands in a footer opens no file");
        }
        using var encoder = TextEncoder.Open(name);
        if (made is not null && made.Sha256 != encoder.Sha256)
        {
            throw new DataException($"{name} has SHA-256 {encoder.Sha256[..12]}…, the column {column.Name} was made by one with {made.Sha256[..Math.Min(12, made.Sha256.Length)]}…: name that one with --encoder");
        }
        if (encoder.Width != column.Width)
        {
            throw new DataException($"{name} makes vectors of {encoder.Width} numbers, the column {column.Name} has {column.Kind}: name the encoder that made it");
        }
        var vector = new float[encoder.Width];
        encoder.Encode([text], vector);
        return (name, vector);
    }

    private static float[] VectorOf(string id, ShardSet shards, VectorColumn column, CancellationToken stopping)
    {
        foreach (var (shard, batch, row) in Rows(shards, column, stopping))
        {
            if (batch.Ids[row] == id)
            {
                return batch.Faults[row] == RowFaults.None
                    ? batch.Vectors[0][(row * column.Width)..((row + 1) * column.Width)]
                    : throw new DataException($"{shard.Path}: row {id} has no usable {column.Name}: look for another");
            }
        }
        throw new DataException($"--like {id}: the pool has no such row: check the id, or name the column of ids with --id");
    }

    private static IEnumerable<(Shard Shard, RowBatch Batch, int Row)> Rows(ShardSet shards, VectorColumn column, CancellationToken stopping)
    {
        var schema = new RowSchema([column]);
        var batch = new RowBatch(schema, BatchRows);
        foreach (var shard in shards)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, stopping))
            {
                for (var row = 0; row < batch.Count; row++)
                {
                    yield return (shard, batch, row);
                }
            }
        }
    }

    private static List<FoundRow> Shown(IReadOnlyList<FoundRow> rows, ShardSet shards)
    {
        var shown = rows.GroupBy(row => row.Shard).SelectMany(of => ShownRows.Read(shards.First(shard => shard.Name == of.Key), of.Select(row => row.Row).Order()).Select(row => (Key: (of.Key, row.Row), Row: row))).ToDictionary(row => row.Key, row => row.Row);
        return [.. rows.Select(row => row with { Columns = shown[(row.Shard, row.Row)].Texts.Where(text => text.Key != (RowColumns.Said?.Id ?? "id")).ToDictionary(text => text.Key, text => text.Value) })];
    }

    private static string Csv(IReadOnlyList<FoundRow> rows)
    {
        List<string> columns = [.. rows.SelectMany(row => row.Columns.Keys).Distinct().Except(OwnColumns)];
        var csv = new StringBuilder().AppendJoin(',', [.. OwnColumns, .. columns.Select(CellText.Field)]).Append('\n');
        foreach (var (index, row) in rows.Index())
        {
            csv.AppendJoin(',', [(index + 1).ToString(CultureInfo.InvariantCulture), CellText.Field(row.Id), row.Similarity.ToString(CultureInfo.InvariantCulture), CellText.Field(row.Shard), row.Row.ToString(CultureInfo.InvariantCulture), .. columns.Select(column => CellText.Field(row.Columns.GetValueOrDefault(column)))]).Append('\n');
        }
        return csv.ToString();
    }
}

/// <summary>What was found.</summary>
/// <param name="Column">The vectors that were compared.</param>
/// <param name="Encoder">What made the text a vector; null for a row.</param>
/// <param name="Compared">Rows of the pool.</param>
/// <param name="Skipped">Rows without a vector that has a direction.</param>
/// <param name="Found">Nearest first.</param>
/// <param name="Out">The file; null for none.</param>
internal sealed record FindSummary(string Command, string Column, string? Encoder, long Compared, long Skipped, IReadOnlyList<FoundRow> Found, string? Out);
