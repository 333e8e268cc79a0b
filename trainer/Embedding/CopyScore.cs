using System.Numerics.Tensors;

namespace ParquetPool.Trainer.Embedding;

/// <summary>How well altered copies are told from other rows' by their embeddings.</summary>
/// <param name="Loss">Mean of −log softmax of the own row's cosine over all rows' at temperature 1/10, in nats.</param>
/// <param name="Found">Share of copies whose own row is nearer than any other.</param>
internal readonly record struct CopyScore(double Loss, double Found)
{
    private const double Temperature = 0.1;

    /// <summary>Compares every copy with every row.</summary>
    /// <param name="copies">[row, unit].</param>
    /// <param name="rows">[row, unit].</param>
    public static CopyScore Of(float[] copies, float[] rows, int width)
    {
        var count = rows.Length / width;
        var (losses, found) = (new double[count], new bool[count]);
        Parallel.For(0, count, copy =>
        {
            var cosines = new double[count];
            for (var row = 0; row < count; row++)
            {
                // A vector of zeros has no direction.
                var cosine = TensorPrimitives.CosineSimilarity(copies.AsSpan(copy * width, width), rows.AsSpan(row * width, width));
                cosines[row] = float.IsFinite(cosine) ? cosine : 0;
            }
            var own = cosines[copy];
            losses[copy] = Math.Log(cosines.Sum(c => Math.Exp((c - own) / Temperature)));
            found[copy] = !cosines.Where((c, row) => row != copy && c >= own).Any();
        });
        return new CopyScore(losses.Average(), found.Count(f => f) / (double)count);
    }
}
