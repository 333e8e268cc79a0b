namespace ParquetPool.Shards;

/// <summary>A feature column: every row has <paramref name="Width"/> floats.</summary>
/// <param name="Optional">Whether a row may lack its vector: NULL is then read as a vector of NaN, and is no fault.</param>
public readonly record struct VectorColumn(string Name, int Width, bool Optional = false);
