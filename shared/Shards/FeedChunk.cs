using System.Buffers;
using System.Text;

namespace ParquetPool.Shards;

/// <summary>A chunk of DuckDB that a feed fills.</summary>
internal readonly unsafe struct FeedChunk(nint chunk)
{
    /// <summary>Copies rows <paramref name="from"/>.. of <paramref name="values"/> to rows <paramref name="to"/>.. of the chunk.</summary>
    public void Copy(int index, ShardColumn column, Array values, int from, int to, int rows)
    {
        var vector = Native.ChunkVector(chunk, (ulong)index);
        switch (column.Type)
        {
            case ShardType.Text:
                CopyText(vector, ((string?[])values).AsSpan(from, rows), to);
                break;
            case ShardType.Int64:
                CopyValues(vector, ((long[])values).AsSpan(from, rows), to);
                break;
            case ShardType.Int32:
                CopyValues(vector, ((int[])values).AsSpan(from, rows), to);
                break;
            case ShardType.Boolean:
                CopyValues(vector, ((bool[])values).AsSpan(from, rows), to);
                break;
            case ShardType.Double:
                CopyReals(vector, ((double[])values).AsSpan(from, rows), to);
                break;
            case ShardType.Float:
                CopyReals(vector, ((float[])values).AsSpan(from, rows), to);
                break;
            case ShardType.FloatList:
                CopyLists(vector, Rows((float[])values, column.Width, from, rows), column.Width, to);
                break;
            case ShardType.FloatBlob:
                CopyBlobs(vector, Rows((float[])values, column.Width, from, rows), column.Width, to);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(column), column.Type, null);
        }
        for (var row = 0; column.Optional && row < rows; row++)
        {
            if (float.IsNaN(((float[])values)[(from + row) * column.Width]))
            {
                SetNull(vector, to + row);
            }
        }
    }

    private static ReadOnlySpan<float> Rows(float[] values, int width, int from, int rows) =>
        values.AsSpan(from * width, rows * width);

    private static void CopyValues<T>(nint vector, ReadOnlySpan<T> values, int to)
        where T : unmanaged => values.CopyTo(new Span<T>((T*)Native.VectorData(vector) + to, values.Length));

    private static void CopyReals<T>(nint vector, ReadOnlySpan<T> values, int to)
        where T : unmanaged, System.Numerics.IFloatingPoint<T>
    {
        CopyValues(vector, values, to);
        for (var row = 0; row < values.Length; row++)
        {
            if (T.IsNaN(values[row]))
            {
                SetNull(vector, to + row);
            }
        }
    }

    private static void CopyText(nint vector, ReadOnlySpan<string?> values, int to)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(256);
        for (var row = 0; row < values.Length; row++)
        {
            if (values[row] is not { } text)
            {
                SetNull(vector, to + row);
                continue;
            }

            if (Encoding.UTF8.GetMaxByteCount(text.Length) is var needed && needed > buffer.Length)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = ArrayPool<byte>.Shared.Rent(needed);
            }

            var length = Encoding.UTF8.GetBytes(text, buffer);
            fixed (byte* bytes = buffer)
            {
                Native.AssignBytes(vector, (ulong)(to + row), bytes, (ulong)length);
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static void CopyLists(nint vector, ReadOnlySpan<float> values, int width, int to)
    {
        var start = to * width;
        Require(Native.ListReserve(vector, (ulong)(start + values.Length)));
        values.CopyTo(new Span<float>((float*)Native.VectorData(Native.ListChild(vector)) + start, values.Length));
        var entries = (Native.ListEntry*)Native.VectorData(vector) + to;
        for (var row = 0; row * width < values.Length; row++)
        {
            entries[row] = new() { Offset = (ulong)(start + (row * width)), Length = (ulong)width };
        }

        Require(Native.ListSetSize(vector, (ulong)(start + values.Length)));
    }

    private static void Require(int state)
    {
        if (state != 0)
        {
            throw new DuckDbException("DuckDB has no room for a chunk of lists");
        }
    }

    private static void CopyBlobs(nint vector, ReadOnlySpan<float> values, int width, int to)
    {
        fixed (float* first = values)
        {
            for (var row = 0; row * width < values.Length; row++)
            {
                Native.AssignBytes(vector, (ulong)(to + row), (byte*)(first + (row * width)), (ulong)width * sizeof(float));
            }
        }
    }

    private static void SetNull(nint vector, int row)
    {
        Native.EnsureValidityWritable(vector);
        Native.VectorValidity(vector)[row / 64] &= ~(1UL << (row % 64));
    }
}
