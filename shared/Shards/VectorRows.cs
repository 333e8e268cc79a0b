namespace ParquetPool.Shards;

/// <summary>Copies the vectors of a chunk into a batch.</summary>
internal static unsafe class VectorRows
{
    /// <summary>Copies rows <paramref name="from"/>.. of a FLOAT[] column; a row at fault becomes zeros, a missing optional vector NaN.</summary>
    public static void CopyLists(DuckDbQuery query, int column, int from, VectorColumn kind, Span<float> target, Span<RowFaults> faults)
    {
        var width = kind.Width;
        var vector = query.Vector(column);
        var rows = Native.VectorValidity(vector);
        var entries = (Native.ListEntry*)Native.VectorData(vector);
        var child = Native.ListChild(vector);
        var values = (float*)Native.VectorData(child);
        var elements = Native.VectorValidity(child);
        for (var i = 0; i < faults.Length; i++)
        {
            var row = from + i;
            var entry = entries[row];
            var vectorOfRow = target.Slice(i * width, width);
            var fault =
                !DuckDbQuery.IsValid(rows, (ulong)row) ? RowFaults.NullVector
                : entry.Length != (ulong)width ? RowFaults.WrongWidth
                : !AllValid(elements, entry) || !FiniteCopy.Copy(new(values + entry.Offset, width * sizeof(float)), vectorOfRow) ? RowFaults.NotFinite
                : RowFaults.None;
            Mark(fault, kind, vectorOfRow, ref faults[i]);
        }
    }

    /// <summary>As <see cref="CopyLists"/>, for packed little-endian float32.</summary>
    public static void CopyBlobs(DuckDbQuery query, int column, int from, VectorColumn kind, Span<float> target, Span<RowFaults> faults)
    {
        var width = kind.Width;
        var rows = query.Validity(column);
        for (var i = 0; i < faults.Length; i++)
        {
            var vectorOfRow = target.Slice(i * width, width);
            var fault = RowFaults.NullVector;
            if (DuckDbQuery.IsValid(rows, (ulong)(from + i)))
            {
                var bytes = query.Bytes(column, from + i);
                fault = bytes.Length != width * sizeof(float) ? RowFaults.WrongWidth
                    : FiniteCopy.Copy(bytes, vectorOfRow) ? RowFaults.None
                    : RowFaults.NotFinite;
            }

            Mark(fault, kind, vectorOfRow, ref faults[i]);
        }
    }

    private static bool AllValid(ulong* validity, Native.ListEntry entry)
    {
        var valid = true;
        if (validity != null)
        {
            for (ulong i = 0; i < entry.Length && valid; i++)
            {
                valid = DuckDbQuery.IsValid(validity, entry.Offset + i);
            }
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
