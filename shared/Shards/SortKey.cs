namespace ParquetPool.Shards;

/// <summary>One column of an order; NULL comes last either way.</summary>
public readonly record struct SortKey(string Column, bool Descending = false);
