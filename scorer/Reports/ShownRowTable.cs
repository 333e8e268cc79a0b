using ParquetPool.Scorer.Findings;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Reports;

/// <summary>The rows that the page shows, as its script reads them.</summary>
internal sealed class ShownRowTable(AuditedRows rows)
{
    /// <summary>Picture files beyond this are left out, and their rows say so.</summary>
    private const long MostPictureBytes = 64 << 20;

    /// <summary>The rows in their order.</summary>
    public IReadOnlyList<ShownPairRow> ToContent()
    {
        var (low, high) = Range();
        var left = MostPictureBytes;
        return [.. rows.All.Select(row => Content(row, low, high, ref left))];
    }

    // One range for all pictures, so that two that differ in brightness only look different.
    private (float Low, float High) Range()
    {
        var vectors = rows.All.Select(row => rows.Of(row)?.Vector).OfType<float[]>().ToList();
        var low = vectors.Select(v => v.Min()).DefaultIfEmpty(0).Min();
        var high = vectors.Select(v => v.Max()).DefaultIfEmpty(0).Max();
        return low >= 0 && high <= 1 ? (0, 1) : low >= 0 && high <= 255 ? (0, 255) : (low, high);
    }

    private ShownPairRow Content(ListedRow row, float low, float high, ref long left)
    {
        var shown = rows.Of(row);
        List<string?> texts = [.. (shown?.Texts ?? []).Where(t => t.Key != "id").SelectMany(t => new[] { t.Key, t.Value })];
        string? source = null;
        var vector = rows.Format is null ? null : shown?.Vector;
        // A row that holds both was made of the file, which shows more.
        if (shown?.Picture is { } file && (vector is null || left >= file.Length))
        {
            left -= file.Length;
            source = left >= 0 ? $"data:{PictureBytes.MediaType(file)};base64,{Convert.ToBase64String(file)}" : null;
            vector = null;
            texts.AddRange(source is null ? ["picture", FormattableString.Invariant($"left out: {file.Length:N0} bytes more than the page has room for")] : []);
        }
        var pixels = vector is null ? null : Convert.ToBase64String(rows.Format!.Pixels(vector, low, high));
        return new ShownPairRow(row.Split, row.Id, row.Label, row.Shard, row.Row, pixels, source, texts);
    }
}
