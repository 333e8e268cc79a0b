using ParquetPool.Engine;

namespace ParquetPool.ShardRows;

/// <summary>Copies the vectors of a chunk into a batch.</summary>
internal static unsafe class VectorRows
{
    /// <summary>Copies rows <paramref name="from"/>.. of a FLOAT[] column; a row at fault becomes zeros, a missing optional vector NaN.</summary>
    public static void CopyLists(DuckDbQuery query, int column, int from, VectorColumn kind, Span<float> target, Span<RowFaults> faults)
    {
        var width = kind.Width;
        var vector = query.Vector(column);
        var elements = vector.Elements;
        var values = (float*)elements.Data;
        for (var i = 0; i < faults.Length; i++)
        {
            var (start, count) = vector.List(from + i);
            var vectorOfRow = target.Slice(i * width, width);
            var fault =
                !vector.IsValid(from + i) ? RowFaults.NullVector
                : count != width ? RowFaults.WrongWidth
                : !AllValid(elements, start, count) || !FiniteCopy.Copy(new(values + start, width * sizeof(float)), vectorOfRow) ? RowFaults.NotFinite
                : RowFaults.None;
            Mark(fault, kind, vectorOfRow, ref faults[i]);
        }
    }

    /// <summary>As <see cref="CopyLists"/>, for packed little-endian numbers.</summary>
    public static void CopyBlobs(DuckDbQuery query, int column, int from, VectorColumn kind, BlobType type, Span<float> target, Span<RowFaults> faults)
    {
        var width = kind.Width;
        var vector = query.Vector(column);
        for (var i = 0; i < faults.Length; i++)
        {
            var vectorOfRow = target.Slice(i * width, width);
            var fault = RowFaults.NullVector;
            if (vector.IsValid(from + i))
            {
                var bytes = vector.Bytes(from + i);
                fault = bytes.Length != width * BlobNumbers.Size(type) ? RowFaults.WrongWidth
                    : BlobNumbers.Copy(bytes, type, vectorOfRow) ? RowFaults.None
                    : RowFaults.NotFinite;
            }

            Mark(fault, kind, vectorOfRow, ref faults[i]);
        }
    }

    private static bool AllValid(DuckDbVector elements, int start, int count)
    {
        var valid = true;
        for (var i = start; !elements.AllValid && i < start + count && valid; i++)
        {
            valid = elements.IsValid(i);
        }

        return valid;
    }

    private static void Mark(RowFaults fault, VectorColumn kind, Span<float> vector, ref RowFaults faults)
    {
        if (fault == RowFaults.NullVector && kind.Optional)
        {
            vector.Fill(float.NaN);
        }
        else if (fault != RowFaults.None)
        {
            vector.Clear();
            faults |= fault;
        }
    }
}
