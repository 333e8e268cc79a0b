namespace ParquetPool.Trainer.Training;

/// <summary>How well logits predict labels.</summary>
/// <param name="Loss">Mean cross-entropy, in nats.</param>
/// <param name="Accuracy">Share of rows whose largest logit is their class's; of equal ones the first counts.</param>
public readonly record struct HoldoutScore(double Loss, double Accuracy)
{
    /// <summary>Measures <paramref name="logits"/>, [row, class], in double precision.</summary>
    public static HoldoutScore Of(ReadOnlySpan<float> logits, IReadOnlyList<LabelledRow> rows)
    {
        var classes = logits.Length / rows.Count;
        var (loss, right) = (0.0, 0);
        for (var row = 0; row < rows.Count; row++)
        {
            var values = logits.Slice(row * classes, classes);
            var (largest, best, sum) = ((double)values[0], 0, 0.0);
            for (var c = 1; c < classes; c++)
            {
                if (values[c] > largest)
                {
                    (largest, best) = (values[c], c);
                }
            }
            foreach (var value in values)
            {
                sum += Math.Exp(value - largest);
            }
            loss += largest + Math.Log(sum) - values[rows[row].Class];
            right += best == rows[row].Class ? 1 : 0;
        }
        return new HoldoutScore(loss / rows.Count, (double)right / rows.Count);
    }
}
