using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Shards;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The images that a pool remembers of its import.</summary>
internal static class RememberedImage
{
    /// <summary>The shape of the images in the one column; null where there are several, the pool says nothing or has them pixel by pixel.</summary>
    /// <exception cref="DataException">Two shards contradict each other.</exception>
    public static ImageShape? Of(ShardSet pool, IReadOnlyList<VectorColumn> columns) =>
        columns is [var column] && PoolFacts.Of(pool).Pictures.GetValueOrDefault(column.Name) is { } text && !IsPixelByPixel(text) && TryParse(text) is { } shape && shape.Size == column.Width ? shape : null;

    /// <summary>The network, with the images that the pool remembers where it needs some and states none.</summary>
    /// <exception cref="DataException">Two shards contradict each other.</exception>
    public static NetworkSpec In(NetworkSpec network, ShardSet pool, IReadOnlyList<VectorColumn> columns) =>
        network is { NeedsImage: true, Image: null } && Of(pool, columns) is { } shape ? network with { Image = [shape.Channels, shape.Height, shape.Width] } : network;

    private static bool IsPixelByPixel(string text) => text.Split('x') is [not ("1" or "3"), _, "1" or "3"];

    private static ImageShape? TryParse(string text)
    {
        try
        {
            return ImageShape.Parse(text);
        }
        catch (UsageException)
        {
            return null; // Too small to be altered, or written by another program.
        }
    }
}
