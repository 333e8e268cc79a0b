using System.Numerics;
using DuckDB.NET.Native;
using Parquet.Data;
using Parquet.File.Values.Primitives;
using Parquet.Schema;
using ParquetPool.Engine;
using ParquetPool.Errors;

namespace ParquetPool.Columns;

/// <summary>A column of a query, or an element of one.</summary>
/// <param name="Type">Belongs to the caller.</param>
/// <param name="Lists">How many lists it lies in.</param>
/// <param name="Required">Whether it is never null.</param>
internal readonly record struct QueryColumn(string Name, DuckDBLogicalType Type, int Lists = 0, bool Required = false)
{
    private bool IsRepeated => Lists > 0;

    /// <summary>The columns of a query's rows in a Parquet file: of every type that a Parquet file can have brought in.</summary>
    /// <param name="packed">Columns of FLOAT[] that become packed float32.</param>
    /// <exception cref="DataException">A column is of a type that is not written.</exception>
    public static IReadOnlyList<ParquetColumn> Of(DuckDbQuery query, IReadOnlyCollection<string> packed)
    {
        var columns = new List<ParquetColumn>();
        for (var column = 0; column < query.Columns; column++)
        {
            using var type = query.Type(column);
            var name = query.Name(column);
            columns.Add(packed.Contains(name) ? new PackedColumn(new DataField<byte[]>(name, nullable: true)) : new QueryColumn(name, type).Create());
        }

        return columns;
    }

    private ParquetColumn Create() => NativeMethods.LogicalType.DuckDBGetTypeId(Type) switch
    {
        DuckDBType.Boolean => Plain<bool>(),
        DuckDBType.TinyInt => Plain<sbyte>(),
        DuckDBType.SmallInt => Plain<short>(),
        DuckDBType.Integer => Plain<int>(),
        DuckDBType.BigInt => Plain<long>(),
        DuckDBType.UnsignedTinyInt => Plain<byte>(),
        DuckDBType.UnsignedSmallInt => Plain<ushort>(),
        DuckDBType.UnsignedInteger => Plain<uint>(),
        DuckDBType.UnsignedBigInt => Plain<ulong>(),
        DuckDBType.Float => Plain<float>(),
        DuckDBType.Double => Plain<double>(),
        DuckDBType.Date => Plain<int>(TypeAnnotation.Date),
        DuckDBType.Time => Plain<long>(TypeAnnotation.Time),
        DuckDBType.TimeTz => Converted<ulong, long>(bits => (long)(bits >> 24), TypeAnnotation.TimeUtc), // Of the file's UTC: the offset behind is 0.
        DuckDBType.Timestamp => Plain<long>(TypeAnnotation.Timestamp),
        DuckDBType.TimestampTz => Plain<long>(TypeAnnotation.TimestampUtc),
        DuckDBType.TimestampNs => Plain<long>(TypeAnnotation.TimestampNanos),
        DuckDBType.SqlNull => Plain<int>(TypeAnnotation.Unknown),
        DuckDBType.Varchar => new TextColumn(Field<string>(), IsRepeated),
        DuckDBType.Blob => new BlobColumn(Field<byte[]>(), IsRepeated),
        DuckDBType.Uuid => Converted<DuckDBHugeInt, Guid>(Uuid),
        DuckDBType.Interval => Converted<DuckDBInterval, Interval>(i => new(i.Months, i.Days, (int)((long)i.Micros / 1000))),
        DuckDBType.Decimal => Decimal(),
        DuckDBType.List => List(),
        DuckDBType.Struct => new StructColumn(Name, Members()),
        DuckDBType.Map => Map(),
        var other => throw new DataException($"column {Name} is of the type {other}, which is not written to Parquet: leave it out or write it as text"),
    };

    private DataField<T> Field<T>() => new(Name, nullable: !Required);

    private PlainColumn<T> Plain<T>(TypeAnnotation? annotation = null)
        where T : unmanaged => new(Field<T>(), IsRepeated, annotation);

    private ConvertedColumn<TStored, T> Converted<TStored, T>(Func<TStored, T> convert, TypeAnnotation? annotation = null)
        where TStored : unmanaged
        where T : struct => new(Field<T>(), IsRepeated, convert, annotation);

    private ParquetColumn Decimal()
    {
        int digits = NativeMethods.LogicalType.DuckDBDecimalWidth(Type), scale = NativeMethods.LogicalType.DuckDBDecimalScale(Type);
        var annotation = TypeAnnotation.Decimal(digits, scale);
        return NativeMethods.LogicalType.DuckDBDecimalInternalType(Type) switch
        {
            DuckDBType.SmallInt => Converted<short, int>(value => value, annotation),
            DuckDBType.Integer => Plain<int>(annotation),
            DuckDBType.BigInt => Plain<long>(annotation),
            _ => new ConvertedColumn<DuckDBHugeInt, BigDecimal>(
                new BigDecimalDataField(Name, digits, scale, isNullable: !Required), IsRepeated, value => new(new BigInteger(value.Upper) << 64 | value.Lower, digits, scale)),
        };
    }

    private ListColumn List()
    {
        using var element = NativeMethods.LogicalType.DuckDBListTypeChildType(Type);
        return new(Name, Within(ListField.ElementName, element).Create(), Lists + 1);
    }

    private MapColumn Map()
    {
        using var key = NativeMethods.LogicalType.DuckDBMapTypeKeyType(Type);
        using var value = NativeMethods.LogicalType.DuckDBMapTypeValueType(Type);
        return new(Name, (Within("key", key) with { Required = true }).Create(), Within("value", value).Create(), Lists + 1);
    }

    private List<ParquetColumn> Members()
    {
        var members = new List<ParquetColumn>();
        for (var member = 0; member < NativeMethods.LogicalType.DuckDBStructTypeChildCount(Type); member++)
        {
            using var of = NativeMethods.LogicalType.DuckDBStructTypeChildType(Type, member);
            members.Add(new QueryColumn(NativeMethods.LogicalType.DuckDBStructTypeChildName(Type, member), of, Lists).Create());
        }

        return members;
    }

    /// <summary>An element of its lists.</summary>
    private QueryColumn Within(string name, DuckDBLogicalType type) => new(name, type, Lists + 1);

    /// <summary>DuckDB turns the first bit around, so that its numbers are ordered as the ids are.</summary>
    private static Guid Uuid(DuckDBHugeInt value)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, value.Upper ^ long.MinValue);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], value.Lower);
        return new Guid(bytes, bigEndian: true);
    }
}
