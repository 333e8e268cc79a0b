using System.Text.Json.Serialization;
using ParquetPool.Scorer.Records;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary><c>simulation.json</c>: what was asked for and what came out.</summary>
/// <param name="Levels">The accuracies that <see cref="Comparison.LabelsFor"/> is about.</param>
/// <param name="SmallestBatch">The fewest rows of a training step, over all queries of a run.</param>
internal sealed record SimulationRecord(
    int SchemaVersion,
    SimulateOptions Options,
    long PoolRows,
    long TestRows,
    long RejectedRows,
    IReadOnlyList<string> Classes,
    IReadOnlyList<double> Levels,
    IReadOnlyList<Comparison> Strategies,
    FewestLabels Fewest,
    int SmallestBatch,
    RunVersions Versions)
{
    /// <summary>Strategies that ask yes or no against the best of those that ask for classes; null where labels are counted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Comparison>? Questions { get; init; }
}

/// <summary>The last line of <c>trainer simulate</c>.</summary>
internal sealed record SimulateSummary(
    string Command, int Runs, int RunsReused, int Labels, FewestLabels Fewest, IReadOnlyDictionary<string, string> Verdicts, double SecondsPerRound, double Seconds, string Curves, string Report);
