namespace ParquetPool.Shards;

/// <summary>The columns to read.</summary>
/// <param name="Vectors">Feature columns, in the order of <see cref="RowBatch.Vectors"/>; may be empty.</param>
/// <param name="IdColumn">Text or integer.</param>
/// <param name="LabelColumn">Text, numbers or booleans; null to read none.</param>
public sealed record RowSchema(IReadOnlyList<VectorColumn> Vectors, string IdColumn = "id", string? LabelColumn = null);
