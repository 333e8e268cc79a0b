namespace ParquetPool.Trainer.Studies;

/// <summary>The accuracies of a study, and what they say.</summary>
internal sealed class Grid
{
    private readonly Dictionary<CellPlace, double[]> accuracies;

    /// <param name="cells">All, of every place with the same seeds; of each side the value that others are compared with first.</param>
    public Grid(IReadOnlyList<CellResult> cells)
    {
        accuracies = cells.GroupBy(c => c.Place).ToDictionary(g => g.Key, g => g.OrderBy(c => c.Seed).Select(c => c.Test.Accuracy).ToArray());
        Starts = Side("start", p => p.Start, (p, value) => p with { Start = value });
        Learns = Side("learning", p => p.Learn, (p, value) => p with { Learn = value });
        Augments = Side("augmentation", p => p.Augment, (p, value) => p with { Augment = value });
        Labels = [.. accuracies.Keys.Select(p => p.Labels).Distinct().Order()];
        Seeds = accuracies.Values.First().Length;
    }

    public Factor Starts { get; }

    public Factor Learns { get; }

    public Factor Augments { get; }

    /// <summary>Ascending.</summary>
    public IReadOnlyList<int> Labels { get; }

    public int Seeds { get; }

    /// <summary>All but the labels.</summary>
    public IReadOnlyList<Factor> Factors => [Starts, Learns, Augments];

    /// <summary>All places, those of fewer labels first.</summary>
    public IEnumerable<CellPlace> Places => accuracies.Keys.OrderBy(p => p.Labels);

    /// <summary>The mean over the seeds.</summary>
    public double Accuracy(CellPlace place) => accuracies[place].Average();

    /// <summary>The least and the greatest of the seeds.</summary>
    public (double Least, double Most) Spread(CellPlace place) => (accuracies[place].Min(), accuracies[place].Max());

    /// <summary>What a place brings over another.</summary>
    public Effect Between(CellPlace with, CellPlace without) => Effect.Of([(accuracies[with], accuracies[without])]);

    /// <summary>What a place's value of a factor brings over the first one, all else alike.</summary>
    public Effect Of(Factor factor, CellPlace place) => Between(place, factor.With(place, factor.Base));

    /// <summary>The same in the mean of some places.</summary>
    public Effect Of(Factor factor, string value, Func<CellPlace, bool> among) =>
        Effect.Of([.. accuracies.Keys.Where(p => factor.Of(p) == value && among(p)).Select(p => ((IReadOnlyList<double>)accuracies[p], (IReadOnlyList<double>)accuracies[factor.With(p, factor.Base)]))]);

    /// <summary>The best of some places; of equal ones the first.</summary>
    public CellPlace Best(Func<CellPlace, bool> among) => accuracies.Keys.Where(among).MaxBy(Accuracy);

    private Factor Side(string name, Func<CellPlace, string> of, Func<CellPlace, string, CellPlace> with) => new(name, [.. accuracies.Keys.Select(of).Distinct()], of, with);
}
