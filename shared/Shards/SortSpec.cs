namespace ParquetPool.Shards;

/// <summary>Which rows <see cref="SortedRows"/> writes, in which order.</summary>
/// <param name="Keys">The first decides, the next breaks its ties. End with a unique column: the order must be total.</param>
/// <param name="Limit">At most this many rows; null for all.</param>
/// <param name="ExcludeIds">Rows whose id is among these are left out.</param>
/// <param name="IdColumn">The column that <paramref name="ExcludeIds"/> speaks of.</param>
public sealed record SortSpec(
    IReadOnlyList<SortKey> Keys,
    long? Limit = null,
    IReadOnlyCollection<string>? ExcludeIds = null,
    string IdColumn = "id");
