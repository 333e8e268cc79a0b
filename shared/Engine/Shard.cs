namespace ParquetPool.Engine;

/// <summary>One Parquet file of the pool.</summary>
/// <param name="Name">Unique within the set, the same whatever the order or place the set is named in, and fit for a file name.</param>
/// <param name="Path">The full path, or the address in an object store.</param>
/// <param name="Columns">What is said of its columns; null for nothing.</param>
public sealed record Shard(string Name, string Path, RowColumns? Columns = null);
