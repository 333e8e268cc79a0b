namespace ParquetPool.Engine;

/// <summary>The columns to read.</summary>
/// <param name="Vectors">Feature columns, in the order of <c>RowBatch.Vectors</c>; may be empty.</param>
/// <param name="LabelColumn">Text, numbers or booleans; null to read none.</param>
/// <param name="Given">Columns of any type whose values, as they were given, tell rows apart whose vectors are the same; null for none.</param>
public sealed record RowSchema(IReadOnlyList<VectorColumn> Vectors, string? LabelColumn = null, IReadOnlyList<string>? Given = null);
