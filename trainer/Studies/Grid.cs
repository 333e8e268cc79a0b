namespace ParquetPool.Trainer.Studies;

/// <summary>The accuracies of a study, and what they say.</summary>
internal sealed class Grid
{
    private readonly Dictionary<CellPlace, double[]> accuracies;

    /// <param name="cells">All, of every place with the same seeds.</param>
    public Grid(IReadOnlyList<CellResult> cells)
    {
        accuracies = cells.GroupBy(c => c.Place).ToDictionary(g => g.Key, g => g.OrderBy(c => c.Seed).Select(c => c.Test.Accuracy).ToArray());
        (Starts, Augments, Learns, Labels) = (Of(p => p.Start), Of(p => p.Augment), Of(p => p.Learn), [.. accuracies.Keys.Select(p => p.Labels).Distinct().Order()]);
        Seeds = accuracies.Values.First().Length;
    }

    /// <summary>In the order asked for, the one that others are compared with first; so are the following.</summary>
    public IReadOnlyList<string> Starts { get; }

    public IReadOnlyList<string> Augments { get; }

    public IReadOnlyList<string> Learns { get; }

    /// <summary>Ascending.</summary>
    public IReadOnlyList<int> Labels { get; }

    public int Seeds { get; }

    /// <summary>The mean over the seeds.</summary>
    public double Accuracy(CellPlace place) => accuracies[place].Average();

    /// <summary>The least and the greatest of the seeds.</summary>
    public (double Least, double Most) Spread(CellPlace place) => (accuracies[place].Min(), accuracies[place].Max());

    /// <summary>What a place brings over another.</summary>
    public Effect Between(CellPlace with, CellPlace without) => Effect.Of([(accuracies[with], accuracies[without])]);

    /// <summary>What a start brings over weights of chance, all else alike.</summary>
    public Effect OfStart(CellPlace place) => Between(place, place with { Start = Starts[0] });

    /// <summary>The same in the mean of some places.</summary>
    public Effect OfStart(string start, Func<CellPlace, bool> among) =>
        Effect.Of([.. accuracies.Keys.Where(p => p.Start == start && among(p)).Select(p => ((IReadOnlyList<double>)accuracies[p], (IReadOnlyList<double>)accuracies[p with { Start = Starts[0] }]))]);

    /// <summary>The best place with so many labels; of equal ones the first.</summary>
    public CellPlace Best(int labels) => accuracies.Keys.Where(p => p.Labels == labels).MaxBy(Accuracy);

    /// <summary>The places of a start, those of fewer labels first.</summary>
    public IEnumerable<CellPlace> Places(string start) => accuracies.Keys.Where(p => p.Start == start).OrderBy(p => p.Labels);

    private string[] Of(Func<CellPlace, string> part) => [.. accuracies.Keys.Select(part).Distinct()];
}
