
namespace ParquetPool.Trainer.Optimisers;

/// <summary>What a training needs to go on as if it had not ended.</summary>
/// <param name="Values">Parameters and running statistics by name.</param>
/// <param name="First">The optimiser's first state float of each element, by parameter.</param>
/// <param name="Second">The optimiser's second, by parameter.</param>
/// <param name="Steps">Steps taken: the optimiser's bias correction and the dropout masks depend on it.</param>
/// <param name="Epochs">Epochs taken: the order of rows depends on it.</param>
internal sealed record TrainingState(
    IReadOnlyDictionary<string, float[]> Values,
    IReadOnlyDictionary<string, float[]> First,
    IReadOnlyDictionary<string, float[]> Second,
    int Steps,
    int Epochs)
{
    /// <summary>Running means of <see cref="Values"/>; empty where none are kept.</summary>
    public IReadOnlyDictionary<string, float[]> Averages { get; init; } = new Dictionary<string, float[]>();

    /// <summary>The step after which <see cref="Averages"/> are plain means; null where they are none.</summary>
    public int? AveragedFrom { get; init; }

    /// <summary>The rule whose memory this is.</summary>
    public OptimiserKind Optimiser { get; init; }

    /// <summary>What the network predicts with: averages where there are any, else the values.</summary>
    public IReadOnlyDictionary<string, float[]> Weights => Values.ToDictionary(v => v.Key, v => Averages.GetValueOrDefault(v.Key) ?? v.Value);

    /// <summary>This state with what <paramref name="later"/> has in place of what it had: frozen parameters are not in a later state.</summary>
    public TrainingState Then(TrainingState later) => new(
        Merge(Values, later.Values), Merge(First, later.First), Merge(Second, later.Second), later.Steps, later.Epochs)
    {
        Averages = later.Averages.Count == 0 ? later.Averages : Merge(Weights, later.Averages),
        Optimiser = later.Optimiser,
    };

    private static Dictionary<string, float[]> Merge(IReadOnlyDictionary<string, float[]> earlier, IReadOnlyDictionary<string, float[]> later) =>
        earlier.ToDictionary(e => e.Key, e => later.GetValueOrDefault(e.Key) ?? e.Value);
}
