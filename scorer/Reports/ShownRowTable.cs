using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Findings;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Reports;

/// <summary>The rows that the page shows, each once, with their pictures and texts read from the shards.</summary>
/// <remarks>Memory: the pictures' bytes, and four a number of a vector.</remarks>
internal sealed class ShownRowTable
{
    /// <summary>Picture files beyond this are left out, and their rows say so.</summary>
    private const long MostPictureBytes = 64 << 20;

    private readonly FinishedAudit audit;
    private readonly VectorColumn? column;
    private readonly bool hasCompared;
    private readonly Dictionary<ListedRow, ShownRow> found = [];

    /// <summary>Reads the rows.</summary>
    public ShownRowTable(FinishedAudit audit, IEnumerable<ListedRow> rows, PictureColumn? picture)
    {
        this.audit = audit;
        Format = picture is null ? null : PictureFormat.Parse(picture.Format);
        // The compared vectors are read where there is no picture too: the clusters ask for them.
        var isCompared = audit.Record is { ModelSha256: null, Columns.Count: 1 };
        column = picture is not null ? new VectorColumn(picture.Name, Format!.Numbers) : isCompared ? new VectorColumn(audit.Record.Columns[0], audit.Record.Width) : null;
        hasCompared = isCompared && column!.Value.Name == audit.Record.Columns[0];
        Rows = [.. rows.Distinct()];
        foreach (var shard in Rows.GroupBy(row => (row.Split, row.Shard)))
        {
            ReadShard(shard.Key.Split, shard.Key.Shard, shard.ToDictionary(row => row.Row));
        }
    }

    /// <summary>Each once, in the order of their first mention.</summary>
    public IReadOnlyList<ListedRow> Rows { get; }

    /// <summary>How raw pictures are laid out; null where none are asked for.</summary>
    public PictureFormat? Format { get; }

    /// <summary>The rows for the page.</summary>
    public IReadOnlyList<ShownPairRow> ToContent()
    {
        var (low, high) = Range();
        var left = MostPictureBytes;
        return [.. Rows.Select(row => Content(row, low, high, ref left))];
    }

    /// <summary>The cosine of two rows' compared vectors; null where a model or several columns were compared, or a row was not read.</summary>
    public double? Cosine(ListedRow a, ListedRow b) =>
        hasCompared && found.GetValueOrDefault(a)?.Vector is { } first && found.GetValueOrDefault(b)?.Vector is { } second
            ? Dot(first, second) / Math.Sqrt(Dot(first, first) * Dot(second, second))
            : null;

    private static double Dot(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }
        return sum;
    }

    private void ReadShard(string split, string name, Dictionary<long, ListedRow> places)
    {
        foreach (var row in ShownRows.Read(audit.ShardOf(split, name), places.Keys.Order(), column))
        {
            found.Add(places[row.Row], row);
        }
    }

    // One range for all pictures, so that two that differ in brightness only look different.
    private (float Low, float High) Range()
    {
        var vectors = found.Values.Select(row => row.Vector).OfType<float[]>().ToList();
        var low = vectors.Select(v => v.Min()).DefaultIfEmpty(0).Min();
        var high = vectors.Select(v => v.Max()).DefaultIfEmpty(0).Max();
        return low >= 0 && high <= 1 ? (0, 1) : low >= 0 && high <= 255 ? (0, 255) : (low, high);
    }

    private ShownPairRow Content(ListedRow row, float low, float high, ref long left)
    {
        var shown = found.GetValueOrDefault(row);
        List<string?> texts = [.. (shown?.Texts ?? []).Where(t => t.Key != "id").SelectMany(t => new[] { t.Key, t.Value })];
        string? source = null;
        var vector = Format is null ? null : shown?.Vector;
        if (vector is null && shown?.Picture is { } file)
        {
            left -= file.Length;
            source = left >= 0 ? $"data:{ShownRows.MediaType(file)};base64,{Convert.ToBase64String(file)}" : null;
            texts.AddRange(source is null ? ["picture", FormattableString.Invariant($"left out: {file.Length:N0} bytes more than the page has room for")] : []);
        }
        var pixels = vector is null ? null : Convert.ToBase64String(Format!.Pixels(vector, low, high));
        return new ShownPairRow(row.Split, row.Id, row.Label, row.Shard, row.Row, pixels, source, texts);
    }
}
