using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Labelling;

/// <summary>What of a pool's rows people are shown in a labelling tool: the picture, then texts.</summary>
internal sealed class ShownFields
{
    private const int TextLength = 1_000_000;
    private const string Picture = "image";
    private static readonly string[] NotShown = ["id", "label", "split"];
    private readonly List<(string Column, bool IsImage)> fields;
    private readonly string? imagePrefix;
    private readonly PictureColumn? picture;

    private ShownFields(List<(string Column, bool IsImage)> fields, string? imagePrefix, PictureColumn? picture) => (this.fields, this.imagePrefix, this.picture) = (fields, imagePrefix, picture);

    /// <summary>The names that the labelling interface takes, and which of them are pictures.</summary>
    public IReadOnlyList<(string Name, bool IsImage)> Named => [.. fields.Select(f => (NameOf(f.Column), f.IsImage))];

    /// <summary>Reads rows with what is shown of them.</summary>
    public static AskedRowReader Reader(ShardSet shards, PictureColumn? picture) =>
        new(shards, picture is null ? null : new VectorColumn(picture.Name, PictureFormat.Parse(picture.Format)!.Numbers), TextLength);

    /// <summary>The fields; null where there is nothing to look at.</summary>
    /// <param name="row">Any row.</param>
    /// <param name="columns">The columns that people are shown; empty for all texts but id, label and split.</param>
    /// <param name="imagePrefix">What stands before a row's id in the address of its picture; null where tasks hold the pictures.</param>
    /// <exception cref="UsageException">A column is missing, or there are no pictures to name.</exception>
    public static ShownFields? Of(ShownRow row, IReadOnlyList<string> columns, string? imagePrefix, PictureColumn? picture)
    {
        var present = row.Texts.Select(t => t.Key).ToList();
        if (columns.FirstOrDefault(c => !present.Contains(c)) is { } missing)
        {
            throw new UsageException($"--columns {missing}: the pool has no such column to read, expected one of {string.Join(", ", present)}");
        }
        if (imagePrefix is not null && picture is null && row.Picture is null)
        {
            throw new UsageException("--image-prefix is given and the pool has no pictures, expected a pool of pictures: leave it out, or name the shards that trainer import --images made");
        }
        List<(string, bool)> fields =
        [
            .. picture is not null || row.Picture is not null ? [(Picture, true)] : Array.Empty<(string, bool)>(),
            .. (columns.Count > 0 ? columns : present.Except([.. NotShown, RowColumns.Said?.Id ?? "id"])).Select(c => (c, false)),
        ];
        return fields.Count > 0 ? new ShownFields(fields, imagePrefix, picture) : null;
    }

    /// <summary>What a row has in each field.</summary>
    public IReadOnlyList<(string Name, string? Value)> ValuesOf(string id, ShownRow shown) =>
        [.. fields.Select(f => (NameOf(f.Column), f.IsImage ? imagePrefix is { } prefix ? AddressOf(prefix, id) : PictureOf(shown) : shown.Texts.First(t => t.Key == f.Column).Value))];

    /// <summary>Where the labelling tool finds a picture: of an object store the key as it is, else as an address spells it.</summary>
    private static string AddressOf(string prefix, string id)
    {
        var isKey = prefix.Contains("://", StringComparison.Ordinal) && !prefix.StartsWith("http", StringComparison.OrdinalIgnoreCase);
        return prefix + (isKey ? id : string.Join('/', id.Split('/').Select(Uri.EscapeDataString)));
    }

    private string? PictureOf(ShownRow row)
    {
        if (row.Picture is { } file)
        {
            return $"data:{PictureBytes.MediaType(file)};base64,{Convert.ToBase64String(file)}";
        }
        if (picture is null || row.Vector is not { } vector)
        {
            return null;
        }
        var format = PictureFormat.Parse(picture.Format)!;
        var (low, high) = PngFile.RangeOf(vector);
        return PngFile.Address(format.Pixels(vector, low, high), format.Channels, format.Height, format.Width);
    }

    /// <summary>The column's name as the labelling interface takes it.</summary>
    private static string NameOf(string column) => string.Concat(column.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
