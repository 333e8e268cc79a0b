namespace ParquetPool.Scorer.Strategies;

/// <summary>The row that, with those chosen before, tells most about the model: greedy joint mutual information.</summary>
/// <remarks>
/// <para>Kirsch, van Amersfoort and Gal, "BatchBALD: efficient and diverse batch acquisition for deep Bayesian active learning" (2019),
/// algorithm 1. The gain of row i after the rows B is I(y_i; ω | y_B) = H(y_i | y_B) − mean over members of H(y_i | member), in nats,
/// which is also the value. H(y_i | y_B) is the mean, over the labels that B may turn out to have, of the entropy of y_i under the members'
/// posterior: see <see cref="JointLabels"/>.</para>
/// <para>Mutual information is submodular: a gain never grows as B does. So an old gain bounds the new one, and only rows whose
/// bound is the highest are computed again (Minoux, 1978). With sampled labels that holds up to the sampling error.</para>
/// <para>T members cannot tell more than ln T nats apart. Once a batch has that much, all gains are 0; then the order is that of the
/// score.</para>
/// </remarks>
internal sealed class BatchBald : IStrategy
{
    // Below this, a gain is the rounding of float probabilities: the next row is chosen by its score.
    private const double NoGain = 1e-6;

    // Rows whose bounds are the highest, computed together: enough for many threads, few in vain. Fixed, so that threads change nothing.
    private const int RowsAtOnce = 64;

    private readonly float[] probabilities;
    private readonly int members;
    private readonly int classes;
    private readonly double[] expectedEntropy; // [row]: mean over the members.
    private readonly double[] gains; // [row]: computed when batch had computedAt[row] rows.
    private readonly int[] computedAt;
    private readonly PriorityQueue<int, (double Gain, double Key, int Row)> highestFirst;
    private readonly double[] keys;
    private readonly JointLabels joint;

    /// <param name="probabilities">[row, member, class].</param>
    /// <param name="keys">[row]: decides between rows without gain, high first.</param>
    public BatchBald(float[] probabilities, int members, int classes, double[] keys, ulong seed)
    {
        (this.probabilities, this.members, this.classes, this.keys) = (probabilities, members, classes, keys);
        joint = new JointLabels(members, classes, seed);
        expectedEntropy = new double[keys.Length];
        gains = new double[keys.Length];
        computedAt = new int[keys.Length];
        highestFirst = new(keys.Length, Comparer<(double Gain, double Key, int Row)>.Create((a, b) =>
            a.Gain != b.Gain ? b.Gain.CompareTo(a.Gain) : a.Key != b.Key ? b.Key.CompareTo(a.Key) : a.Row.CompareTo(b.Row)));
        Parallel.For(0, keys.Length, row =>
        {
            foreach (var value in Of(row))
            {
                expectedEntropy[row] -= value > 0 ? value * Math.Log(value) / members : 0;
            }
        });
        Compute([.. Enumerable.Range(0, keys.Length)]);
    }

    /// <inheritdoc/>
    public Choice? Next(ReadOnlySpan<bool> open)
    {
        var stale = new List<int>(RowsAtOnce);
        do
        {
            stale.Clear();
            while (stale.Count < RowsAtOnce && highestFirst.TryPeek(out var row, out _))
            {
                // A gain of 0 cannot grow again.
                var isKnown = computedAt[row] == joint.Rows || gains[row] == 0;
                if (open[row] && isKnown && stale.Count > 0)
                {
                    break;
                }
                highestFirst.Dequeue();
                if (open[row] && isKnown)
                {
                    joint.Add(Of(row));
                    return new Choice(row, gains[row]);
                }
                if (open[row])
                {
                    stale.Add(row);
                }
            }
            Compute(stale);
        }
        while (stale.Count > 0);
        return null;
    }

    private ReadOnlySpan<float> Of(int row) => probabilities.AsSpan(row * members * classes, members * classes);

    private void Compute(List<int> rows)
    {
        Parallel.ForEach(rows, row =>
        {
            var gain = joint.Entropy(Of(row)) - expectedEntropy[row];
            (gains[row], computedAt[row]) = (gain > NoGain ? gain : 0, joint.Rows);
        });
        highestFirst.EnqueueRange(rows.Select(row => (row, (gains[row], keys[row], row))));
    }
}
