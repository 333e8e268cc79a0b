using ParquetPool.Scorer.Committees;

namespace ParquetPool.Scorer.Strategies;

/// <summary>From logits to probabilities.</summary>
internal static class Softmax
{
    /// <summary>The probabilities of one row of a tile: of each member, or their mean.</summary>
    /// <param name="target">[member, class], or [class] for the mean.</param>
    public static void Members(CommitteeRun run, int row, int members, int classes, bool mean, Span<float> target)
    {
        Span<float> z = classes <= 1024 ? stackalloc float[classes] : new float[classes];
        Span<double> exponentials = classes <= 1024 ? stackalloc double[classes] : new double[classes];
        Span<double> sums = classes <= 1024 ? stackalloc double[classes] : new double[classes];
        sums.Clear();
        for (var member = 0; member < members; member++)
        {
            run.CopyLogits(member, row, z);
            double greatest = System.Numerics.Tensors.TensorPrimitives.Max(z);
            double sum = 0;
            for (var c = 0; c < classes; c++)
            {
                sum += exponentials[c] = Math.Exp(z[c] - greatest);
            }
            for (var c = 0; c < classes; c++)
            {
                sums[c] += exponentials[c] / sum;
                if (!mean)
                {
                    target[(member * classes) + c] = (float)(exponentials[c] / sum);
                }
            }
        }
        for (var c = 0; mean && c < classes; c++)
        {
            target[c] = (float)(sums[c] / members);
        }
    }
}
