using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Pictures;

/// <summary>The vector column whose numbers are pictures.</summary>
/// <param name="Format">As <see cref="PictureFormat.Parse"/> reads it, with a side.</param>
public sealed record PictureColumn(string Name, string Format)
{
    /// <summary>Finds the column that has as many numbers as the picture: one of those compared, or else another list of the shards.</summary>
    /// <param name="image">What the user asks for; null for what the shards' footers or the model's manifest say, if anything.</param>
    /// <returns>Null where nothing tells of a picture, or no column is as wide as the model's.</returns>
    /// <exception cref="UsageException">No column is as wide as the picture asked for.</exception>
    /// <exception cref="DataException">Two shards contradict each other.</exception>
    public static PictureColumn? Find(string? image, ModelPackage? model, IReadOnlyList<string> compared, ShardSet shards)
    {
        if (image is null && Remembered(PoolFacts.Of(shards).Pictures, compared, shards) is { } known)
        {
            return known;
        }
        var asked = image is null ? null : PictureFormat.Parse(image);
        var format = asked ?? OfModel(model);
        if (image is null && format is null)
        {
            return null;
        }
        var columns = compared.Union(ShardPacker.ListColumns(shards)).Select(name => (Name: name, Width: shards.VectorWidth(name))).ToList();
        foreach (var (name, width) in columns)
        {
            if ((image == PictureFormat.Square ? PictureFormat.SquareOf(width) : format!.Numbers == width ? format : null) is { } found)
            {
                return new PictureColumn(name, found.ToString());
            }
        }
        return image is null
            ? null
            : throw new UsageException($"--image {image}{(format is null ? "" : $" is {format.Numbers} numbers")}: no column has as many ({string.Join(", ", columns.Select(c => $"{c.Name} has {c.Width}"))}), expected the dimensions of one of them");
    }

    /// <summary>The column that the footers say is of pictures, one of those compared first.</summary>
    private static PictureColumn? Remembered(IReadOnlyDictionary<string, string> pictures, IReadOnlyList<string> compared, ShardSet shards)
    {
        var fitting = pictures.Where(of => PictureFormat.IsOne(of.Value) && shards.VectorColumns().Contains(of.Key) && PictureFormat.Parse(of.Value)!.Numbers == shards.VectorWidth(of.Key)).ToList();
        return fitting.OrderBy(of => !compared.Contains(of.Key)).ThenBy(of => of.Key, StringComparer.Ordinal).Select(of => new PictureColumn(of.Key, of.Value)).FirstOrDefault();
    }

    private static PictureFormat? OfModel(ModelPackage? model) =>
        model?.Manifest?.Inputs.Where(input => input.Dims.Count == 4).Select(input => PictureFormat.Of([.. input.Dims.Skip(1).Select(dim => (int)dim)])).FirstOrDefault();
}
