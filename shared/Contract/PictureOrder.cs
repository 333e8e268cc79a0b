using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Contract;

/// <summary>Whether pictures have their channels where a model takes them: those of 3x8x8 have other numbers, in their order, than those of 8x8x3.</summary>
public static class PictureOrder
{
    /// <summary>Compares what the shards' footers say of a column with the shape of an input; sides of 1 do not count, and a plain row takes any.</summary>
    /// <param name="dims">Of the input, the batch in front.</param>
    /// <exception cref="DataException">The input's sides are the picture's in another order.</exception>
    public static void Require(ShardSet pool, string column, string input, IReadOnlyList<long> dims)
    {
        string[] sides = [.. dims.Skip(1).Where(d => d != 1).Select(d => $"{d}")];
        if (sides.Length > 1 && PoolFacts.Of(pool).Pictures.GetValueOrDefault(column) is { } picture
            && picture.Split('x').Where(side => side != "1").ToArray() is var own && !own.SequenceEqual(sides) && own.Order().SequenceEqual(sides.Order()))
        {
            throw new DataException($"column {column} has pictures of {picture}, input '{input}' of the model takes {string.Join('x', sides)}: the same numbers in another order are other pictures; export the model with a Transpose in front of it, or write the column in that order");
        }
    }
}
