namespace ParquetPool.Trainer.Rehearsal;

/// <summary>A way of choosing with a way of learning: what a run of a rehearsal is made of.</summary>
/// <param name="Name">The strategy's, and behind it the learning's where there are several of these.</param>
internal sealed record Combination(string Name, Strategy Strategy, Learning Learning)
{
    /// <summary>All of some strategies with all of some ways of learning, random choice with the first one in front.</summary>
    public static IReadOnlyList<Combination> Of(IReadOnlyList<Strategy> strategies, IReadOnlyList<Learning> learnings)
    {
        var all = from learning in learnings
                  from strategy in strategies
                  select new Combination(learnings.Count == 1 ? strategy.Name : $"{strategy.Name}/{learning.Name}", strategy, learning);
        return [.. all.OrderBy(c => c.Learning == learnings[0] && c.Strategy.Name == Strategy.Random ? 0 : 1)];
    }
}
