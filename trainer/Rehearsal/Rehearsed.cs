namespace ParquetPool.Trainer.Rehearsal;

/// <summary>All runs of a rehearsal, strategy by strategy.</summary>
internal sealed class Rehearsed
{
    private readonly Oracle pool;
    private readonly Dictionary<string, int> classOfId;

    /// <param name="runs">Each strategy's with the same seeds in the same order, the baseline's first.</param>
    /// <param name="unit">What is counted: <see cref="Comparison.Labels"/> or <see cref="Comparison.Answers"/>.</param>
    public Rehearsed(Oracle pool, IReadOnlyList<Run> runs, string unit = Comparison.Labels)
    {
        this.pool = pool;
        classOfId = Enumerable.Range(0, pool.Rows.Count).Where(row => pool.ClassOf[row] >= 0).ToDictionary(pool.Rows.IdOf, row => pool.ClassOf[row]);
        Runs = [.. runs.GroupBy(r => r.Strategy).Select(g => g.ToList())];
        var random = Runs[0];
        Levels = Comparison.Levels(random);
        Strategies = [.. Runs.Select(r => Comparison.Of(r, random, Bought(r)) with { Unit = unit })];
        Fewest = FewestLabels.Of(Strategies, Levels[^1]);
        if (unit == Comparison.Answers)
        {
            // Chosen by the same runs, so the comparison favours those that ask for classes.
            var best = Strategies.Index().Where(s => !AsksQuestions(s.Item) && !s.Item.KnowsLabels).MaxBy(s => s.Item.MeanAccuracy).Index;
            Questions = [.. Strategies.Index().Where(s => AsksQuestions(s.Item)).Select(s => Comparison.Of(Runs[s.Index], Runs[best], Bought(Runs[s.Index])) with { Unit = unit })];
        }

        static bool AsksQuestions(Comparison of) => of.Strategy.StartsWith(Rehearsal.Strategy.Questions, StringComparison.Ordinal);
    }

    /// <summary>[strategy][seed]</summary>
    public IReadOnlyList<IReadOnlyList<Run>> Runs { get; }

    public IReadOnlyList<double> Levels { get; }

    public IReadOnlyList<Comparison> Strategies { get; }

    public FewestLabels Fewest { get; }

    /// <summary>See <see cref="SimulationRecord.Questions"/>.</summary>
    public IReadOnlyList<Comparison>? Questions { get; }

    /// <summary>[class]: its rows in the pool.</summary>
    public IReadOnlyList<long> InPool => Counts(pool.ClassOf.Where(c => c >= 0));

    public string LabelOf(string id) => pool.Classes[classOfId[id]];

    /// <summary>[class]: its rows among those bought, initial ones included, over all seeds.</summary>
    public IReadOnlyList<long> Bought(IReadOnlyList<Run> runs) => Counts(runs.SelectMany(r => r.Bought).Select(id => classOfId[id]));

    private long[] Counts(IEnumerable<int> classes)
    {
        var counts = new long[pool.Classes.Count];
        foreach (var c in classes)
        {
            counts[c]++;
        }
        return counts;
    }
}
