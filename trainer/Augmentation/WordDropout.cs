using System.Numerics.Tensors;
using ParquetPool.Pictures;

namespace ParquetPool.Trainer.Augmentation;

/// <summary>Takes words out of texts that are vectors of counts: some numbers become 0, and the vector keeps its length.</summary>
/// <remarks>Noise would say of such a row that every word is in it a little. A row that would lose all stays as it is.</remarks>
/// <param name="width">Features.</param>
/// <param name="most">The greatest share of words that are taken out.</param>
internal sealed class WordDropout(int width, float most) : IAugmentation
{
    private const float LengthWithin = 1e-3f;

    /// <inheritdoc/>
    public int Words => 1 + width;

    /// <summary>Whether rows are texts by their numbers: most are 0, and a row's length is 1, as hashed texts have it.</summary>
    public static bool Suits(IReadOnlyList<float[]> rows) =>
        rows.Sum(row => (long)row.Count(value => value == 0)) > rows.Sum(row => row.Length / 2L)
        && rows.Any(row => TensorPrimitives.Norm<float>(row) > 0)
        && rows.All(row => TensorPrimitives.Norm<float>(row) is var length && (length == 0 || Math.Abs(length - 1) < LengthWithin));

    /// <inheritdoc/>
    public void Alter(ReadOnlySpan<float> row, CopyDraws draws, Span<float> copy)
    {
        var share = draws.Between(0, most);
        for (var i = 0; i < row.Length; i++)
        {
            copy[i] = row[i] != 0 && draws.Chance(share) ? 0 : row[i];
        }
        var left = TensorPrimitives.Norm<float>(copy);
        if (left == 0)
        {
            row.CopyTo(copy);
            return;
        }
        TensorPrimitives.Multiply(copy, TensorPrimitives.Norm(row) / left, copy);
    }
}
