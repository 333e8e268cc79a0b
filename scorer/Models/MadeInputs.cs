using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Models;

/// <summary>Models from elsewhere whose inputs are made of what a pool has: of pictures' bytes, of token ids.</summary>
internal static class MadeInputs
{
    /// <summary>The model as the pool can feed it, and the columns that do; both as given where nothing need be made.</summary>
    /// <param name="features">The columns that were named; none for those that the model names.</param>
    /// <param name="tell">Told what is made; null for nobody.</param>
    /// <exception cref="DataException">The pool's pictures or tokens are not those that the model takes.</exception>
    public static (ModelPackage Package, IReadOnlyList<string> Features) Fed(ModelPackage package, ShardSet pool, IReadOnlyList<string> features, Action<string>? tell = null)
    {
        if (features.Count > 0 || package.Manifest is not null || !pool.HasColumn(PixelSpec.Column) || PictureClassifier.OnPixels(package) is not var (fed, pixels, said))
        {
            return TokenMasks.Fed(package, pool, features, tell);
        }
        var told = PoolFacts.Of(pool).Pixels.GetValueOrDefault(PixelSpec.Column);
        tell?.Invoke($"pictures become the model's input as {said} says: {pixels}");
        return told == pixels.ToJson() ? (fed, [PixelSpec.Column])
            : throw new DataException($"column {PixelSpec.Column} was made of pictures {(told is null ? "in a way that nothing tells" : $"as {told}")}, {said} says {pixels.ToJson()}: give the folder of the pictures as the pool");
    }
}
