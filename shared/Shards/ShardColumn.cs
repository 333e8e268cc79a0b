namespace ParquetPool.Shards;

/// <summary>A column of a written shard.</summary>
/// <param name="Name">The column's name in the file.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Width">Values a row, for <see cref="ShardType.FloatList"/> and <see cref="ShardType.FloatBlob"/> only.</param>
/// <param name="Optional">Whether a row may lack its vector: one that starts with NaN is then written as NULL.</param>
public readonly record struct ShardColumn(string Name, ShardType Type, int Width = 0, bool Optional = false)
{
    internal bool IsVector => Type is ShardType.FloatList or ShardType.FloatBlob;
}
