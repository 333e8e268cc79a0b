namespace ParquetPool.Columns;

/// <summary>A column of a written shard.</summary>
/// <param name="Name">The column's name in the file.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Width">Values a row, for <see cref="ShardType.FloatList"/>, <see cref="ShardType.FloatBlob"/> and <see cref="ShardType.Bytes"/> only.</param>
/// <param name="Optional">Whether a row may lack its vector: one that starts with NaN is then written as NULL.</param>
public readonly record struct ShardColumn(string Name, ShardType Type, int Width = 0, bool Optional = false)
{
    internal bool IsVector => Type is ShardType.FloatList or ShardType.FloatBlob or ShardType.Bytes;
}

#pragma warning disable CA1720 // The members are named after the types they take.
/// <summary>What a column of a written shard holds, and the array that <c>ShardWriter.Write</c> takes for it.</summary>
public enum ShardType
{
    /// <summary><c>string?[]</c>; null is NULL.</summary>
    Text,

    /// <summary><c>long[]</c>.</summary>
    Int64,

    /// <summary><c>int[]</c>.</summary>
    Int32,

    /// <summary><c>double[]</c>; NaN is NULL.</summary>
    Double,

    /// <summary><c>float[]</c>, one value a row; NaN is NULL.</summary>
    Float,

    /// <summary><c>bool[]</c>.</summary>
    Boolean,

    /// <summary><c>float[row * width + i]</c>, stored as a list; NaN stays NaN.</summary>
    FloatList,

    /// <summary><c>float[row * width + i]</c>, stored as packed little-endian float32: faster to read.</summary>
    FloatBlob,

    /// <summary><c>ImageCell[]</c>, stored as Hugging Face stores pictures.</summary>
    Image,

    /// <summary><c>byte[row * width + i]</c>, stored as they are.</summary>
    Bytes,
}
#pragma warning restore CA1720
