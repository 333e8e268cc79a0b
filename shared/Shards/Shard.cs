namespace ParquetPool.Shards;

/// <summary>One Parquet file of the pool.</summary>
/// <param name="Name">Unique within the set, the same whatever the order or place the set is named in, and fit for a file name.</param>
/// <param name="Path">The full path, or the address in an object store.</param>
public sealed record Shard(string Name, string Path);
