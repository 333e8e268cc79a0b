namespace ParquetPool.Scorer.Acquisition;

/// <summary>The ranking score of each half of a committee, from which the stability of the ranks is estimated. Not for two threads at a time.</summary>
/// <remarks>Members 0 to h - 1 and h to 2h - 1 with h = ⌊members / 2⌋; balanced masks are exchangeable over members, so any halves would do.</remarks>
public sealed class HalfScores(int members, int classes, int tileRows)
{
    private readonly int half = members / 2;
    private readonly ScoreKernel kernel = new(members / 2, classes);
    private readonly ScoreBatch scores = new(tileRows, members / 2);

    /// <summary>Writes the halves' scores of a tile to the last two columns of <paramref name="target"/>.</summary>
    /// <param name="logits">[member, class, row], as for the <see cref="ScoreKernel"/>.</param>
    public void Score(ReadOnlySpan<float> logits, int rows, ScoreBatch target, int at)
    {
        var stride = half * tileRows * classes;
        for (var i = 0; i < 2; i++)
        {
            kernel.Score(logits.Slice(i * stride, stride), tileRows, rows, scores, 0);
            scores.Column(target.HalvesOf).AsSpan(0, rows).CopyTo(target.Column(target.WholeColumns + i).AsSpan(at));
        }
    }
}
