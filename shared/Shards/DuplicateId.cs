using ParquetPool.Engine;

namespace ParquetPool.Shards;

/// <summary>A row whose id stands earlier, by shard and row, in the pool.</summary>
public sealed record DuplicateId(string Id, string Shard, long Row, string FirstShard, long FirstRow);
