using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Records;

namespace ParquetPool.Scorer.Selection;

/// <summary>The rows that a query is chosen from: a scored pool, or one that no model has seen yet.</summary>
internal interface ICandidatePool
{
    /// <summary>Rows in all, for the progress.</summary>
    long RowCount { get; }

    /// <summary>What scored the rows, or tells their embeddings; null for neither.</summary>
    RunModel? Model { get; }

    /// <summary>Of the scoring run.</summary>
    ulong Seed { get; }

    /// <summary>Members of the committee that scored the rows; 0 where none did.</summary>
    int Passes { get; }

    /// <summary>The score that a strategy goes by; null where the rows have none.</summary>
    /// <exception cref="Errors.UsageException">The rows have no such score.</exception>
    ScoreColumn? ScoreBy(StrategyKind kind, string? asked);

    /// <summary>Every usable row, each id once.</summary>
    /// <param name="advance">Told how many rows were read since the last call.</param>
    IEnumerable<Candidate> Rows(ScoreColumn? by, Action<long> advance, CancellationToken stopping);

    /// <summary>What is needed to know of a short list's rows.</summary>
    /// <exception cref="Errors.DataException">The model or a shard is not what it was.</exception>
    RowValues Values(Shortlist list, Needs needs, string? column, Action<long> advance, CancellationToken stopping);
}

/// <summary>A scored row that may be selected.</summary>
/// <param name="Row">The row's place in its shard, from 0.</param>
/// <param name="Predicted">The predicted class.</param>
/// <param name="Score">As in the score file.</param>
internal sealed record Candidate(string Id, string Shard, long Row, string Predicted, double Score)
{
    /// <summary>How thinly other rows lie around it, in nats; NaN where nobody asked.</summary>
    public double Rarity { get; init; } = double.NaN;
}
