namespace ParquetPool.Scorer.Records;

/// <summary>A finished shard and where its files lie.</summary>
internal sealed record ScoredShard(ShardRecord Record, ScoreFolder Folder)
{
    public string Scores => Folder.Scores(Record.Shard);

    public string Rejects => Folder.ShardRejects(Record.Shard);
}
