using ParquetPool.Engine;

namespace ParquetPool.ShardRows;

/// <summary>Why a row cannot be used.</summary>
[Flags]
public enum RowFaults : byte
{
    None = 0,

    /// <summary>The id is NULL, or a text of no length, which no list of ids could name.</summary>
    NullId = 1,

    /// <summary>A feature column is NULL and not optional, or all of them are NULL.</summary>
    NullVector = 2,

    /// <summary>A feature column holds another number of values than the schema says.</summary>
    WrongWidth = 4,

    /// <summary>A feature column holds NaN, an infinity, a value beyond float32, or a NULL element.</summary>
    NotFinite = 8,

    /// <summary>A feature column holds a number that is not whole, or not among those that the model's input takes.</summary>
    NotInRange = 16,

    /// <summary>The id is longer than <see cref="RowIdText.Longest"/>; it is not read.</summary>
    LongId = 32,

    /// <summary>The id is a float that is not whole, or too large to hold every digit, so that it may not be the number that was meant.</summary>
    InexactId = 64,
}
