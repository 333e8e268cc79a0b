using ParquetPool.Scorer.Findings;

namespace ParquetPool.Scorer.Judging;

/// <summary>A pair and what people said of it.</summary>
/// <param name="Votes">Judge and judgement, in the order of the judges' names.</param>
internal sealed record JudgedPair(ListedPair Pair, IReadOnlyList<(string Judge, Judgement Judgement)> Votes)
{
    /// <summary>What most judges said; of a tie the one nearer to exact, so that a doubtful row is rather a leak than not.</summary>
    public Judgement Judgement => Votes.GroupBy(vote => vote.Judgement).OrderByDescending(votes => votes.Count()).ThenBy(votes => votes.Key).First().Key;

    /// <summary>The judges disagree.</summary>
    public bool Conflict => Votes.Select(vote => vote.Judgement).Distinct().Skip(1).Any();
}
