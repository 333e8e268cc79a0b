using DuckDB.NET.Native;

namespace ParquetPool.Shards;

/// <summary>The types of DuckDB that a feed may have.</summary>
internal static class DuckDbType
{
    /// <summary>A logical type that the caller disposes of.</summary>
    public static DuckDBLogicalType Create(ShardType type)
    {
        if (type != ShardType.FloatList)
        {
            return NativeMethods.LogicalType.DuckDBCreateLogicalType(Code(type));
        }

        using var element = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Float);
        return NativeMethods.LogicalType.DuckDBCreateListType(element);
    }

    private static DuckDBType Code(ShardType type) => type switch
    {
        ShardType.Text => DuckDBType.Varchar,
        ShardType.Int64 => DuckDBType.BigInt,
        ShardType.Int32 => DuckDBType.Integer,
        ShardType.Double => DuckDBType.Double,
        ShardType.Float => DuckDBType.Float,
        ShardType.Boolean => DuckDBType.Boolean,
        ShardType.FloatBlob => DuckDBType.Blob,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
