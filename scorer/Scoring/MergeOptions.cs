namespace ParquetPool.Scorer.Scoring;

/// <summary>What <c>scorer merge</c> is asked to do.</summary>
/// <param name="Scores">The output folder of every partition, in any order.</param>
/// <param name="Out">The folder of the outputs.</param>
internal sealed record MergeOptions(IReadOnlyList<string> Scores, string Out)
{
    /// <summary>The score to rank by; that of the partitions where null.</summary>
    public string? RankBy { get; init; }

    /// <inheritdoc cref="ScoreOptions.Top"/>
    public int? Top { get; init; }

    /// <inheritdoc cref="ScoreOptions.Exclude"/>
    public IReadOnlyList<string> Exclude { get; init; } = [];
}
