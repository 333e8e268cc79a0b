using ParquetPool.Scorer.Judging;

namespace ParquetPool.Scorer.Purging;

/// <summary>What <c>scorer purge</c> is asked to do.</summary>
/// <param name="Audit">The folder that <c>scorer audit</c> wrote.</param>
/// <param name="Out">The folder of the outputs.</param>
internal sealed record PurgeOptions(string Audit, string Out)
{
    /// <summary>Pairs judged so are leaks.</summary>
    public IReadOnlySet<Judgement> Judged { get; init; } = new HashSet<Judgement> { Judgement.Exact, Judgement.Near };

    /// <summary>Pairs of at least this cosine are leaks, whatever was judged; null to go by judgements.</summary>
    public double? Threshold { get; init; }

    /// <summary>The splits of a column's values, the one whose rows are rather kept first; empty where the audit's splits have an order.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>Shards whose rows take the places of removed ones of the same class; empty to replace none.</summary>
    public IReadOnlyList<string> ReplaceFrom { get; init; } = [];

    /// <summary>An audit of these shards, as its test split, against the train and test splits: what doubles something there is not taken.</summary>
    public string? SpareAudit { get; init; }

    /// <summary>The folder of pictures that was imported, whose files of rows that stay are copied; null to copy none.</summary>
    public string? CopyFiles { get; init; }

    public string LabelColumn { get; init; } = "label";

    /// <summary>Chooses among the spare rows.</summary>
    public ulong Seed { get; init; }
}
