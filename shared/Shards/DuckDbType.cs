namespace ParquetPool.Shards;

/// <summary>The types of DuckDB that a feed may have.</summary>
internal static class DuckDbType
{
    private const int Boolean = 1, Integer = 4, BigInt = 5, Float = 10, Double = 11, Varchar = 17, Blob = 18;

    /// <summary>A logical type that the caller destroys.</summary>
    public static nint Create(ShardType type)
    {
        if (type != ShardType.FloatList)
        {
            return Native.CreateLogicalType(Code(type));
        }

        var element = Native.CreateLogicalType(Float);
        var list = Native.CreateListType(element);
        Native.DestroyLogicalType(ref element);
        return list;
    }

    private static int Code(ShardType type) => type switch
    {
        ShardType.Text => Varchar,
        ShardType.Int64 => BigInt,
        ShardType.Int32 => Integer,
        ShardType.Double => Double,
        ShardType.Float => Float,
        ShardType.Boolean => Boolean,
        ShardType.FloatBlob => Blob,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
