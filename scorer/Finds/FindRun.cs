using System.Globalization;
using System.Text;
using ParquetPool.Commands;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Overlaps;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Finds;

/// <summary>The flow of <c>scorer find</c>: a text, a picture or a row to the rows of a pool that are nearest to it by cosine.</summary>
/// <remarks>Memory: a batch, the rows of the answer, and one picture file. The pool is read once, for <c>--like</c> twice.</remarks>
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
    public static FindSummary Execute(FindOptions options, CommandContext context)
    {
        var stopping = context.Stopping;
        Check(options);
        var shards = ShardSet.Resolve(options.Pool);
        var column = shards.Vector(options.Column ?? (shards.VectorColumns().Contains(DefaultColumn) ? DefaultColumn : ColumnEmbedder.OnlyColumn(shards)));
        var sought = options.Like is { } id ? SoughtVector.OfRow(id, Rows(shards, column, stopping), column) : SoughtVector.Encoded(options, shards, column);
        var query = sought.Vector;
        var norm = Cosine.Dot(query, query);
        if (norm == 0 || !double.IsFinite(norm))
        {
            throw new DataException($"the vector of {sought.Name} is {(norm == 0 ? "all zeros" : "not finite")}, expected one with a direction: look for another");
        }
        List<WrittenFiles> written = [.. new[] { options.Out, options.Page }.OfType<string>().Select(file => WrittenFiles.Claim(Path.GetDirectoryName(Path.GetFullPath(file))!, [Path.GetFileName(file)]))];
        var picture = FoundOverlaps.Sought(sought);
        var nearest = new NearestRows(picture is null ? options.Top : Math.Max(options.Top, FoundOverlaps.Nearest));
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
        var found = Shown(nearest.Rows, shards, picture).Take(options.Top).ToList();
        if (options.Out is { } csv)
        {
            WholeFile.Write(csv, Encoding.UTF8.GetBytes(Csv(found, picture is not null)));
        }
        if (options.Page is { } page)
        {
            FindPage.Write(page, sought, found, shards, column, context);
        }
        written.ForEach(file => file.Complete());
        return new("find", column.Name, sought.Encoder, compared, skipped, found, options.Out, options.Page);
    }

    /// <summary>Lines for people: the cosine, the id, and what there is to read.</summary>
    public static IEnumerable<string> Lines(FindSummary summary) =>
    [
        .. summary.Skipped > 0 ? [FormattableString.Invariant($"{summary.Skipped:N0} rows have no vector that can be compared")] : Array.Empty<string>(),
        .. summary.Found.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Similarity:0.0000}  {row.Id}  {(row.Overlap is { } overlap ? $"({overlap})  " : "")}{string.Join("  ", row.Columns.Values.Select(value => value?.Length > ShownLength ? $"{value[..ShownLength]}…" : value))}")),
    ];

    private static void Check(FindOptions options)
    {
        if (new[] { options.Text, options.Image, options.Like }.Count(given => given is not null) is var given and not 1)
        {
            throw new UsageException($"{(given == 0 ? "none" : "several")} of --text, --image and --like given, expected one of them: what are the rows to be near to?");
        }
        if (options.Encoder is not null && options.Like is not null)
        {
            throw new UsageException("--encoder goes with --text and --image: a row has its vector");
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

    /// <summary>The rows with what there is to read of them, in their new order; one picture is held at a time.</summary>
    private static List<FoundRow> Shown(IReadOnlyList<FoundRow> rows, ShardSet shards, GreyPicture? picture)
    {
        var shown = new List<FoundRow>(rows.Count);
        foreach (var ofShard in rows.GroupBy(row => row.Shard))
        {
            var places = ofShard.ToDictionary(row => row.Row);
            foreach (var read in ShownRows.Read(shards.First(shard => shard.Name == ofShard.Key), places.Keys.Order()))
            {
                var row = FoundOverlaps.Raised(places[read.Row], read.Picture, picture);
                shown.Add(row with { Columns = read.Texts.Where(text => text.Key != (RowColumns.Said?.Id ?? "id")).ToDictionary(text => text.Key, text => text.Value) });
            }
        }
        shown.Sort((a, b) => a.Precedes(b) ? -1 : b.Precedes(a) ? 1 : 0);
        return shown;
    }

    private static string Csv(IReadOnlyList<FoundRow> rows, bool overlaps)
    {
        List<string> own = [.. OwnColumns, .. overlaps ? new[] { "overlap" } : []];
        List<string> columns = [.. rows.SelectMany(row => row.Columns.Keys).Distinct().Except(own)];
        var csv = new StringBuilder().AppendJoin(',', [.. own, .. columns.Select(CellText.Field)]).Append('\n');
        foreach (var (index, row) in rows.Index())
        {
            csv.AppendJoin(',', [(index + 1).ToString(CultureInfo.InvariantCulture), CellText.Field(row.Id), row.Similarity.ToString(CultureInfo.InvariantCulture), CellText.Field(row.Shard), row.Row.ToString(CultureInfo.InvariantCulture), .. overlaps ? new[] { CellText.Field(row.Overlap) } : [], .. columns.Select(column => CellText.Field(row.Columns.GetValueOrDefault(column)))]).Append('\n');
        }
        return csv.ToString();
    }
}

/// <summary>What was found.</summary>
/// <param name="Column">The vectors that were compared.</param>
/// <param name="Encoder">What made the text or picture a vector; null for a row.</param>
/// <param name="Compared">Rows of the pool.</param>
/// <param name="Skipped">Rows without a vector that has a direction.</param>
/// <param name="Found">Nearest first.</param>
/// <param name="Out">The file; null for none.</param>
/// <param name="Page">The page; null for none.</param>
internal sealed record FindSummary(string Command, string Column, string? Encoder, long Compared, long Skipped, IReadOnlyList<FoundRow> Found, string? Out, string? Page);
