namespace ParquetPool.Shards;

/// <summary>Which rows <see cref="SortedRows"/> writes, in which order.</summary>
/// <param name="Keys">The first decides, the next breaks its ties. End with a unique column: the order must be total.</param>
/// <param name="Limit">At most this many rows; null for all.</param>
/// <param name="ExcludeIds">Rows whose id is among these are left out.</param>
/// <param name="IdColumn">The column that <paramref name="ExcludeIds"/> and <paramref name="FirstOfEachId"/> speak of.</param>
/// <param name="Columns">What is written behind the rank, each column under a name; null for all columns under their own.</param>
/// <param name="FirstOfEachId">Of rows that share an id, only the first by <c>shard</c> and <c>row</c> is written.</param>
/// <param name="Draws">A column that the files lack and the rows are given; null for none.</param>
public sealed record SortSpec(
    IReadOnlyList<SortKey> Keys,
    long? Limit = null,
    IReadOnlyCollection<string>? ExcludeIds = null,
    string IdColumn = "id",
    IReadOnlyList<(string Column, string As)>? Columns = null,
    bool FirstOfEachId = false,
    SeededDraws? Draws = null);

/// <summary>One column of an order; NULL comes last either way.</summary>
public readonly record struct SortKey(string Column, bool Descending = false);
