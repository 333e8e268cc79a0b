namespace ParquetPool.Shards;

/// <summary>A row as people look at it.</summary>
/// <param name="Row">Its place in the shard, from 0.</param>
/// <param name="Texts">The columns that are neither vectors nor blobs, by name; a long value is cut, NULL is null.</param>
/// <param name="Picture">The bytes of the first column that holds a PNG, JPEG, GIF or WebP file; null where none does.</param>
/// <param name="Vector">The values of the vector column that was asked for; null where the row has no usable one.</param>
public sealed record ShownRow(long Row, IReadOnlyList<KeyValuePair<string, string?>> Texts, byte[]? Picture, float[]? Vector)
{
    /// <summary>As every command spells it; null where the row has none.</summary>
    public string? Id { get; init; }
}
