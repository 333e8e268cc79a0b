using System.Numerics.Tensors;

namespace ParquetPool.Scorer.Strategies;

/// <summary>How much a row's label is expected to tell about the labels of target rows: the expected predictive information gain, in nats.</summary>
/// <remarks>
/// Bickford Smith et al., "Prediction-oriented Bayesian active learning" (2023), eq. 10 and its estimate over a committee: the mean over target
/// rows x* of I(y; y*), where p(y, y*) is the mean over members of p(y | member) p(y* | member). As y and y* depend on each other through
/// the members alone, it is never more than BALD (to rounding), so a short list by BALD keeps the rows that could be chosen.
/// Members of the two rows are the same ones: masks are a function of the member, not of the row.
/// </remarks>
internal static class Epig
{
    /// <summary>The most target rows that are looked at: the mean over them is known to about a thirtieth of its spread.</summary>
    public const int MostTargets = 1000;

    // Pairs of classes times target rows a candidate: what 1,000 target rows of 20 classes take.
    private const int MostCells = 400_000;
    private const int LeastTargets = 16;

    /// <summary>The most classes: the work of a row grows with their square.</summary>
    public const int MostClasses = 500;

    // Below it a probability is rounding; keeps quotients and logarithms finite.
    private const float Least = 1e-30f;

    /// <summary>The target rows that are looked at where there are so many classes.</summary>
    public static int TargetsFor(int classes) => (int)Math.Clamp(MostCells / ((long)classes * classes), LeastTargets, MostTargets);

    /// <summary>The value of each row.</summary>
    /// <param name="probabilities">[row, member, class].</param>
    /// <param name="targets">[target, member, class]; at least one.</param>
    public static double[] Of(float[] probabilities, int members, int classes, float[] targets)
    {
        var count = targets.Length / (members * classes);
        var conditional = Turned(targets, members, classes, count);
        var inverse = new float[classes * count]; // [class, target]: one over the mean over the members.
        for (var c = 0; c < classes; c++)
        {
            var mean = inverse.AsSpan(c * count, count);
            for (var member = 0; member < members; member++)
            {
                TensorPrimitives.Add(mean, conditional.AsSpan(((member * classes) + c) * count, count), mean);
            }
            TensorPrimitives.Divide(mean, members, mean);
            TensorPrimitives.Max(mean, Least, mean);
            TensorPrimitives.Divide(1, mean, mean);
        }
        var values = new double[probabilities.Length / (members * classes)];
        Parallel.For(0, values.Length, () => new Work(count), (row, _, work) =>
        {
            values[row] = work.Value(probabilities.AsSpan(row * members * classes, members * classes), members, classes, conditional, inverse);
            return work;
        }, _ => { });
        return values;
    }

    /// <summary>[target, member, class] as [member, class, target].</summary>
    private static float[] Turned(float[] targets, int members, int classes, int count)
    {
        var turned = new float[targets.Length];
        for (var target = 0; target < count; target++)
        {
            for (var cell = 0; cell < members * classes; cell++)
            {
                turned[(cell * count) + target] = targets[(target * members * classes) + cell];
            }
        }
        return turned;
    }

    /// <summary>The memory of one thread.</summary>
    private sealed class Work(int count)
    {
        private readonly float[] joint = new float[count];
        private readonly float[] quotient = new float[count];
        private readonly float[] information = new float[count];

        /// <summary>The mean over the targets of Σ p(y, y*) log (p(y, y*) / (p(y) p(y*))).</summary>
        public double Value(ReadOnlySpan<float> row, int members, int classes, float[] conditional, float[] inverse)
        {
            information.AsSpan().Clear();
            for (var y = 0; y < classes; y++)
            {
                var mean = 0f;
                for (var member = 0; member < members; member++)
                {
                    mean += row[(member * classes) + y];
                }
                mean /= members;
                if (mean <= Least)
                {
                    continue;
                }
                for (var c = 0; c < classes; c++)
                {
                    joint.AsSpan().Clear();
                    for (var member = 0; member < members; member++)
                    {
                        TensorPrimitives.MultiplyAdd(conditional.AsSpan(((member * classes) + c) * count, count), row[(member * classes) + y] / members, joint, joint);
                    }
                    TensorPrimitives.Multiply(joint, inverse.AsSpan(c * count, count), quotient);
                    TensorPrimitives.Divide(quotient, mean, quotient);
                    TensorPrimitives.Max(quotient, Least, quotient);
                    TensorPrimitives.Log(quotient, quotient);
                    TensorPrimitives.MultiplyAdd(joint, quotient, information, information);
                }
            }
            // One after another: the sum is the same wherever the memory lies.
            double sum = 0;
            foreach (var value in information)
            {
                sum += value;
            }
            return Math.Max(0, sum / count);
        }
    }
}
