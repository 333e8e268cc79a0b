namespace ParquetPool.Scorer.Records;

/// <summary>What was made of one shard: <c>scores/&lt;shard&gt;.json</c>, written when the shard's other files are whole.</summary>
/// <param name="Shard">The shard's name.</param>
/// <param name="Sha256">Of the shard's bytes, taken before they were scored: a shard that changed meanwhile is noticed by the next run.</param>
/// <param name="Scoring">The <c>ScoringKey</c> of the run that scored it.</param>
/// <param name="Rows">Rows of the shard.</param>
/// <param name="Rejected">Those in the shard's rejects file.</param>
/// <param name="ScoresSha256">Of the score file.</param>
/// <param name="RejectsSha256">Of the rejects file; null where no row was rejected and there is none.</param>
public sealed record ShardRecord(string Shard, string Sha256, string Scoring, long Rows, long Rejected, string ScoresSha256, string? RejectsSha256);
