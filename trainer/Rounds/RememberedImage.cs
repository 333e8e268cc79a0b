using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Shards;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The images that a pool remembers of its import.</summary>
internal static class RememberedImage
{
    /// <summary>The format of the pictures in the one column; null where there are several, or the pool says nothing of them.</summary>
    /// <exception cref="DataException">Two shards contradict each other.</exception>
    public static PictureFormat? Of(ShardSet pool, IReadOnlyList<VectorColumn> columns) =>
        columns is [var column] && PoolFacts.Of(pool).Pictures.GetValueOrDefault(column.Name) is { } text && PictureFormat.IsOne(text) && PictureFormat.Parse(text) is { } format && format.Numbers == column.Width ? format : null;

    /// <summary>The network, with the images that the pool remembers where it needs some, channel by channel, and states none.</summary>
    /// <exception cref="DataException">Two shards contradict each other.</exception>
    public static NetworkSpec In(NetworkSpec network, ShardSet pool, IReadOnlyList<VectorColumn> columns) =>
        network is { NeedsImage: true, Image: null } && Of(pool, columns) is { ChannelsLast: false } format ? network with { Image = [format.Channels, format.Height, format.Width] } : network;
}
