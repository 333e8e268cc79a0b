namespace ParquetPool.Shards;

/// <summary>A feature column: every row has <paramref name="Width"/> floats.</summary>
public readonly record struct VectorColumn(string Name, int Width);
