namespace ParquetPool.Scorer.Selection;

/// <summary>A scored row that may be selected.</summary>
/// <param name="Row">The row's place in its shard, from 0.</param>
/// <param name="Predicted">The predicted class.</param>
/// <param name="Score">As in the score file.</param>
internal sealed record Candidate(string Id, string Shard, long Row, string Predicted, double Score);
