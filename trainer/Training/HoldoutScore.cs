using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Training;

/// <summary>How well logits predict labels.</summary>
/// <param name="Loss">Mean cross-entropy, in nats.</param>
/// <param name="Accuracy">Share of rows that are right.</param>
internal readonly record struct HoldoutScore(double Loss, double Accuracy)
{
    /// <summary>Measures <paramref name="logits"/>, [row, class].</summary>
    public static HoldoutScore Of(ReadOnlySpan<float> logits, IReadOnlyList<LabelledRow> rows)
    {
        var (classes, scores) = (logits.Length / rows.Count, new RowScore[rows.Count]);
        for (var row = 0; row < rows.Count; row++)
        {
            scores[row] = RowScore.Of(logits.Slice(row * classes, classes), rows[row].Class);
        }
        return Of(scores);
    }

    /// <summary>Of rows that are measured already, one or more.</summary>
    public static HoldoutScore Of(IReadOnlyCollection<RowScore> rows)
    {
        var (loss, right) = (0.0, 0);
        foreach (var row in rows)
        {
            loss += row.Loss;
            right += row.IsRight ? 1 : 0;
        }
        return new HoldoutScore(loss / rows.Count, (double)right / rows.Count);
    }
}
