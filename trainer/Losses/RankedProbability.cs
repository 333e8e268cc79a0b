using ParquetPool.Trainer.Libtorch;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>The ranked probability score of classes that are grades: what is said of a grade further away costs more (Epstein 1969).</summary>
/// <remarks>Σ over the steps from a grade to the next one: length · (P(at most the lower grade) − 1 where the target is at most it)². With steps of 1 the squared earth mover's distance to the target (Hou et al. 2016).</remarks>
internal static class RankedProbability
{
    /// <summary>[class, step]: the root of the step's length for classes that are at most the step's lower grade; else 0.</summary>
    /// <param name="grades">[class], in any order.</param>
    public static float[] Below(double[] grades)
    {
        double[] ordered = [.. grades.Order()];
        return [.. grades.SelectMany(grade => ordered.Zip(ordered.Skip(1), (low, high) => grade <= low ? (float)Math.Sqrt(high - low) : 0))];
    }

    /// <summary>The score of each row, [row], in grades; p = softmax(logits).</summary>
    /// <param name="logits">[row, class].</param>
    /// <param name="targets">[row, class], probabilities.</param>
    /// <param name="below">[class, step], of <see cref="Below"/>.</param>
    public static Tensor Of(Tensor logits, Tensor targets, Tensor below) =>
        TorchSharp.torch.nn.functional.softmax(logits, -1).sub(targets).matmul(below).Squared().sum(-1);
}
