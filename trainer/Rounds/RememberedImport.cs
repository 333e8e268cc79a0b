using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Shards;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The images and vocabularies that a pool remembers of its import.</summary>
internal static class RememberedImport
{
    /// <summary>The format of the pictures in the one column; null where there are several, or the pool says nothing of them.</summary>
    /// <exception cref="DataException">Two shards contradict each other.</exception>
    public static PictureFormat? Of(ShardSet pool, IReadOnlyList<VectorColumn> columns) =>
        columns is [var column] && PoolFacts.Of(pool).Pictures.GetValueOrDefault(column.Name) is { } text && PictureFormat.IsOne(text) && PictureFormat.Parse(text) is { } format && format.Numbers == column.Width ? format : null;

    /// <summary>The network, with what the pool remembers and the network does not state: the images, channel by channel, where it needs some, and a preset's number of token ids.</summary>
    /// <exception cref="DataException">Two shards contradict each other, or a network of the user's has too few ids for the pool's vocabulary, or another padding.</exception>
    public static NetworkSpec In(NetworkSpec network, ShardSet pool, IReadOnlyList<VectorColumn> columns) =>
        network is { NeedsImage: true, Image: null } && Of(pool, columns) is { ChannelsLast: false } format ? network with { Image = [format.Channels, format.Height, format.Width] }
        : network is { Layers: [TokenEmbedding words, ..] } && columns is [var column] && TokenColumn.Of(PoolFacts.Of(pool), column.Name) is { } made ? network with { Layers = [Fitting(words, made, network.IsPreset), .. network.Layers.Skip(1)] }
        : network;

    private static TokenEmbedding Fitting(TokenEmbedding words, TokenColumn made, bool isPreset) =>
        isPreset ? words with { Tokens = made.Tokens, Padding = made.Padding }
        : words.Tokens < made.Tokens || words.Padding != made.Padding
            ? throw new DataException($"the network's embedding has {words.Tokens} tokens and the padding {(words.Padding is { } padding ? $"{padding}" : "none")}, the pool's ids are of {made.Tokenizer}, which has {made.Tokens} and fills rows up with {made.Padding}, expected the same: write \"tokens\": {made.Tokens}, \"padding\": {made.Padding} into network.json, or use --network awd-lstm")
        : words;
}
