namespace ParquetPool.Trainer.Training;

/// <summary>How well the logits of one row predict its label.</summary>
/// <param name="Loss">The cross-entropy, in nats.</param>
/// <param name="IsRight">Whether the largest logit is its class's; of equal ones the first counts.</param>
internal readonly record struct RowScore(double Loss, bool IsRight)
{
    /// <summary>Measures in double precision.</summary>
    /// <param name="logits">[class]</param>
    public static RowScore Of(ReadOnlySpan<float> logits, int label)
    {
        var (largest, best, sum) = ((double)logits[0], 0, 0.0);
        for (var c = 1; c < logits.Length; c++)
        {
            if (logits[c] > largest)
            {
                (largest, best) = (logits[c], c);
            }
        }
        foreach (var value in logits)
        {
            sum += Math.Exp(value - largest);
        }
        return new RowScore(largest + Math.Log(sum) - logits[label], best == label);
    }
}
