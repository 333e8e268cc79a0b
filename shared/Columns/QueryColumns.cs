using System.Numerics;
using DuckDB.NET.Native;
using Parquet.Data;
using Parquet.File.Values.Primitives;
using Parquet.Schema;
using ParquetPool.Engine;
using ParquetPool.Errors;

namespace ParquetPool.Columns;

/// <summary>The columns of a query's rows in a Parquet file: of every type that a Parquet file can have brought in.</summary>
internal static class QueryColumns
{
    /// <param name="packed">Columns of FLOAT[] that become packed float32.</param>
    /// <exception cref="DataException">A column is of a type that is not written.</exception>
    public static IReadOnlyList<ParquetColumn> Of(DuckDbQuery query, IReadOnlyCollection<string> packed)
    {
        var columns = new List<ParquetColumn>();
        for (var column = 0; column < query.Columns; column++)
        {
            using var type = query.Type(column);
            var name = query.Name(column);
            columns.Add(packed.Contains(name) ? new PackedColumn(new DataField<byte[]>(name, nullable: true)) : Create(name, type, lists: 0));
        }

        return columns;
    }

    /// <param name="lists">How many lists it lies in.</param>
    private static ParquetColumn Create(string name, DuckDBLogicalType type, int lists, bool required = false)
    {
        var repeated = lists > 0;
        return NativeMethods.LogicalType.DuckDBGetTypeId(type) switch
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
            DuckDBType.Varchar => new TextColumn(Field<string>(), repeated),
            DuckDBType.Blob => new BlobColumn(Field<byte[]>(), repeated),
            DuckDBType.Uuid => Converted<DuckDBHugeInt, Guid>(Uuid),
            DuckDBType.Interval => Converted<DuckDBInterval, Interval>(i => new(i.Months, i.Days, (int)((long)i.Micros / 1000))),
            DuckDBType.Decimal => Decimal(),
            DuckDBType.List => List(),
            DuckDBType.Struct => new StructColumn(name, Members()),
            DuckDBType.Map => Map(),
            var other => throw new DataException($"column {name} is of the type {other}, which is not written to Parquet: leave it out or write it as text"),
        };

        DataField Field<T>() => new DataField<T>(name, nullable: !required);

        PlainColumn<T> Plain<T>(TypeAnnotation? annotation = null)
            where T : unmanaged => new(Field<T>(), repeated, annotation);

        ConvertedColumn<TStored, T> Converted<TStored, T>(Func<TStored, T> convert, TypeAnnotation? annotation = null)
            where TStored : unmanaged
            where T : struct => new(Field<T>(), repeated, convert, annotation);

        ParquetColumn Decimal()
        {
            int digits = NativeMethods.LogicalType.DuckDBDecimalWidth(type), scale = NativeMethods.LogicalType.DuckDBDecimalScale(type);
            var annotation = TypeAnnotation.Decimal(digits, scale);
            return NativeMethods.LogicalType.DuckDBDecimalInternalType(type) switch
            {
                DuckDBType.SmallInt => Converted<short, int>(value => value, annotation),
                DuckDBType.Integer => Plain<int>(annotation),
                DuckDBType.BigInt => Plain<long>(annotation),
                _ => new ConvertedColumn<DuckDBHugeInt, BigDecimal>(
                    new BigDecimalDataField(name, digits, scale, isNullable: !required), repeated, value => new(new BigInteger(value.Upper) << 64 | value.Lower, digits, scale)),
            };
        }

        ListColumn List()
        {
            using var element = NativeMethods.LogicalType.DuckDBListTypeChildType(type);
            return new(name, Create(ListField.ElementName, element, lists + 1), lists + 1);
        }

        MapColumn Map()
        {
            using var key = NativeMethods.LogicalType.DuckDBMapTypeKeyType(type);
            using var value = NativeMethods.LogicalType.DuckDBMapTypeValueType(type);
            return new(name, Create("key", key, lists + 1, required: true), Create("value", value, lists + 1), lists + 1);
        }

        List<ParquetColumn> Members()
        {
            var members = new List<ParquetColumn>();
            for (var member = 0; member < NativeMethods.LogicalType.DuckDBStructTypeChildCount(type); member++)
            {
                using var of = NativeMethods.LogicalType.DuckDBStructTypeChildType(type, member);
                members.Add(Create(NativeMethods.LogicalType.DuckDBStructTypeChildName(type, member), of, lists));
            }

            return members;
        }
    }

    /// <summary>DuckDB turns the first bit around, so that its numbers are ordered as the ids are.</summary>
    private static Guid Uuid(DuckDBHugeInt value)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, value.Upper ^ long.MinValue);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], value.Lower);
        return new Guid(bytes, bigEndian: true);
    }
}
