namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>What a teacher guesses of rows: which rows are learnt from, how often, and towards what.</summary>
/// <param name="Rows">Places of rows, as often as each is learnt from in a pass.</param>
/// <param name="Targets">[row][class]: the teacher's probabilities; soft labels, for they tell more than the best class.</param>
/// <param name="ByClass">[class]: rows that the teacher is sure of, by its best class, each counted once.</param>
internal sealed record PseudoLabels(IReadOnlyList<int> Rows, IReadOnlyList<float[]> Targets, IReadOnlyList<int> ByClass)
{
    /// <summary>The probability of the best class from which on a guess is learnt from: it is likelier than all others together.</summary>
    public const float LeastConfidence = 0.5f;

    /// <summary>The most copies of a row: more of a few rows would be learnt by heart, wrong guesses among them.</summary>
    public const int MostCopies = 10;

    /// <summary>Distinct rows that are learnt from.</summary>
    public int Count => ByClass.Sum();

    /// <summary>Leaves out what the teacher is not sure of, and up-samples each class to the most frequent one, its surest rows first (Xie et al. 2020, section 3.1).</summary>
    /// <param name="logits">[row, class].</param>
    public static PseudoLabels Of(ReadOnlySpan<float> logits, int classes)
    {
        var targets = new float[logits.Length / classes][];
        var sure = Enumerable.Range(0, classes).Select(_ => new List<int>()).ToArray();
        for (var row = 0; row < targets.Length; row++)
        {
            targets[row] = Softmax(logits.Slice(row * classes, classes));
            var best = Array.IndexOf(targets[row], targets[row].Max());
            if (best >= 0 && targets[row][best] >= LeastConfidence)
            {
                sure[best].Add(row);
            }
        }
        var most = sure.Max(rows => rows.Count);
        return new PseudoLabels([.. sure.SelectMany(rows => UpSampled([.. rows.OrderByDescending(r => targets[r].Max()).ThenBy(r => r)], most))], targets, [.. sure.Select(rows => rows.Count)]);
    }

    /// <summary>Rows over and over from the first on, until there are so many, or <see cref="MostCopies"/> of each.</summary>
    internal static IEnumerable<int> UpSampled(IReadOnlyList<int> rows, int count) =>
        Enumerable.Range(0, Math.Min(count, MostCopies * rows.Count)).Select(i => rows[i % rows.Count]);

    private static float[] Softmax(ReadOnlySpan<float> logits)
    {
        var (largest, sum) = (float.NegativeInfinity, 0.0);
        foreach (var logit in logits)
        {
            largest = Math.Max(largest, logit);
        }
        var shares = new double[logits.Length];
        for (var c = 0; c < shares.Length; c++)
        {
            sum += shares[c] = Math.Exp(logits[c] - largest);
        }
        return Array.ConvertAll(shares, s => (float)(s / sum));
    }
}
