using System.Globalization;
using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Labelling;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Showing;

/// <summary>Reads rows as the page shows them.</summary>
internal static class ShownItems
{
    /// <summary>Rows that are held as they stand in the shards.</summary>
    internal const int RowsAtOnce = 100;

    private const int TextLength = 600;
    private const int MostTexts = 24;
    private const int ShownNumbers = 48;

    /// <summary>The rows in their order, and how many pictures had no room.</summary>
    /// <param name="picture">The column whose numbers are pictures; null for none.</param>
    /// <param name="column">The vectors that are shown where rows have no pictures; null for none.</param>
    /// <param name="advance">Told the rows that were read.</param>
    /// <exception cref="ParquetPool.Errors.DataException">A row does not stand where it stood.</exception>
    public static (List<ShownItem> Items, int LeftOut) Read(IReadOnlyList<AskedRow> rows, ShardSet shards, PictureColumn? picture, string? column, Action<long> advance, CancellationToken stopping)
    {
        var format = picture is null ? null : PictureFormat.Parse(picture.Format)!;
        VectorColumn? vector = format is not null ? new VectorColumn(picture!.Name, format.Numbers) : column is not null ? shards.Vector(column) : null;
        var reader = new AskedRowReader(shards, vector, TextLength);
        var thumbnails = new Thumbnails(format, rows.Count);
        var items = new List<ShownItem>();
        foreach (var chunk in rows.Chunk(RowsAtOnce))
        {
            stopping.ThrowIfCancellationRequested();
            items.AddRange(chunk.Zip(reader.Read(chunk)).Select(row => Item(row.First, row.Second, thumbnails)));
            advance(chunk.Length);
        }
        return (items, thumbnails.LeftOut);
    }

    private static ShownItem Item(AskedRow asked, ShownRow row, Thumbnails thumbnails)
    {
        const string Label = "label";
        var picture = thumbnails.Of(row);
        var shown = row.Texts.Where(text => text.Key is not ("id" or Label)).Take(MostTexts).SelectMany(text => new[] { text.Key, text.Value });
        var values = picture is null ? row.Vector?.Take(ShownNumbers).Select(value => float.IsFinite(value) ? double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : (double?)null) : null;
        return new ShownItem(
            Id: asked.Id,
            Shard: asked.Shard,
            Row: asked.Row,
            Predicted: asked.Predicted,
            Label: row.Texts.FirstOrDefault(text => text.Key == Label).Value,
            Reason: asked.Reason,
            Picture: picture,
            Values: values is null ? null : [.. values],
            Width: row.Vector?.Length ?? 0,
            Texts: [.. shown]);
    }
}
