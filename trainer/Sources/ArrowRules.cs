using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Sources;

/// <summary>What a column of an Arrow file must keep to before its values are looked at: the library takes lengths and offsets on trust.</summary>
internal static class ArrowRules
{
    /// <exception cref="DataException">A buffer is shorter than its rows need, or an offset leads out of it.</exception>
    public static bool Require(ArrayData column, int rows, string path) =>
        column.Length >= rows && IsSound(column) ? true : throw new DataException($"{path}: a column of type {column.DataType.Name} ends before its rows do: fetch or write the file again");

    private static bool IsSound(ArrayData data)
    {
        var end = (long)data.Offset + data.Length;
        return data.Length >= 0 && data.Offset >= 0
            && (data.Buffers is not [var valid, ..] || valid.Length == 0 || data.DataType is NullType || valid.Length >= (end + 7) / 8)
            && data.DataType switch
            {
                StringType or BinaryType => Offsets<int>(data, end) is { } last && last <= data.Buffers[2].Length,
                LargeStringType or LargeBinaryType => Offsets<long>(data, end) is { } last && last <= data.Buffers[2].Length,
                StringViewType or BinaryViewType => Views(data, end),
                ListType => Offsets<int>(data, end) is { } last && HasChild(data, last),
                LargeListType => Offsets<long>(data, end) is { } last && HasChild(data, last),
                FixedSizeListType list => HasChild(data, end * list.ListSize),
                DictionaryType coded => data.Buffers[1].Length >= end * ((FixedWidthType)coded.IndexType).BitWidth / 8 && data.Dictionary is { } dictionary && IsSound(dictionary),
                FixedWidthType fixedWidth => data.Buffers[1].Length >= ((end * fixedWidth.BitWidth) + 7) / 8,
                _ => true, // Looked at by nobody.
            };
    }

    private static bool HasChild(ArrayData data, long length) => data.Children is [var child] && child.Length >= length && IsSound(child);

    /// <summary>The last offset; null where they are too few or do not ascend.</summary>
    private static long? Offsets<T>(ArrayData data, long end)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        if (data.Length == 0)
        {
            return 0;
        }
        var offsets = MemoryMarshal.Cast<byte, T>(data.Buffers[1].Span);
        if (offsets.Length <= end)
        {
            return null;
        }
        for (var row = data.Offset; row < end; row++)
        {
            if (offsets[row] < T.Zero || offsets[row + 1] < offsets[row])
            {
                return null;
            }
        }
        return long.CreateChecked(offsets[(int)end]);
    }

    /// <summary>Each a length, and beyond 12 bytes four of the start, a buffer and an offset.</summary>
    private static bool Views(ArrayData data, long end)
    {
        var views = MemoryMarshal.Cast<byte, int>(data.Buffers[1].Span);
        if (views.Length / 4 < end)
        {
            return false;
        }
        for (var row = data.Offset; row < end; row++)
        {
            var (length, buffer, offset) = (views[row * 4], views[(row * 4) + 2], views[(row * 4) + 3]);
            if (length < 0 || (length > 12 && (buffer < 0 || buffer + 2 >= data.Buffers.Length || offset < 0 || (long)offset + length > data.Buffers[buffer + 2].Length)))
            {
                return false;
            }
        }
        return true;
    }
}
