namespace ParquetPool.Scorer.Labelling;

/// <summary>A row that people are to label.</summary>
/// <param name="Place">From 1, in the order of asking.</param>
/// <param name="Score">What it was ranked by; null where nothing ranked it.</param>
/// <param name="Predicted">The predicted class; null where no model has seen it.</param>
/// <param name="Confidence">Of the predicted class; null where the file does not say.</param>
internal sealed record AskedRow(int Place, string Id, string Shard, long Row, double? Score, string? Predicted, double? Confidence)
{
    /// <summary>All scores that are known of it, by name; read only where they are asked for.</summary>
    public IReadOnlyDictionary<string, double> Scores { get; init; } = new Dictionary<string, double>();

    /// <summary>The class or super-class that people are asked about, and what they read; null where they are asked for the class.</summary>
    public (string Name, string Text)? Question { get; init; }

    /// <summary>Why a selection took it; null where the file does not say.</summary>
    public string? Reason { get; init; }
}
