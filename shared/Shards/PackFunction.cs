using System.Runtime.InteropServices;

namespace ParquetPool.Shards;

/// <summary>The SQL function <c>packed(FLOAT[]) → BLOB</c>: the list's values as little-endian float32, one after another.</summary>
/// <remarks>NULL stays NULL; a NULL element becomes NaN, so that a reader finds the same fault in the row. A list of any length is packed.</remarks>
internal static unsafe class PackFunction
{
    public const string Name = "packed";

    public static void Register(nint connection)
    {
        var function = Native.CreateScalarFunction();
        var list = DuckDbType.Create(ShardType.FloatList);
        var blob = DuckDbType.Create(ShardType.FloatBlob);
        try
        {
            Native.ScalarFunctionSetName(function, Name);
            Native.ScalarFunctionAddParameter(function, list);
            Native.ScalarFunctionSetReturnType(function, blob);
            Native.ScalarFunctionSetFunction(function, &Pack);
            if (Native.RegisterScalarFunction(connection, function) != 0)
            {
                throw new DuckDbException($"DuckDB refused the function {Name}");
            }
        }
        finally
        {
            Native.DestroyLogicalType(ref list);
            Native.DestroyLogicalType(ref blob);
            Native.DestroyScalarFunction(ref function);
        }
    }

    // Nothing here throws: an exception must not cross into native code.
    [UnmanagedCallersOnly]
    private static void Pack(nint info, nint input, nint output)
    {
        var vector = Native.ChunkVector(input, 0);
        var known = Native.VectorValidity(vector);
        var entries = (Native.ListEntry*)Native.VectorData(vector);
        var child = Native.ListChild(vector);
        var values = (float*)Native.VectorData(child);
        var elements = Native.VectorValidity(child);
        Native.EnsureValidityWritable(output);
        var packed = Native.VectorValidity(output);
        for (ulong row = 0; row < Native.ChunkSize(input); row++)
        {
            if (!DuckDbQuery.IsValid(known, row))
            {
                packed[row / 64] &= ~(1UL << (int)(row % 64));
                continue;
            }

            var entry = entries[row];
            for (var i = entry.Offset; elements != null && i < entry.Offset + entry.Length; i++)
            {
                if (!DuckDbQuery.IsValid(elements, i))
                {
                    values[i] = float.NaN;
                }
            }

            Native.AssignBytes(output, row, (byte*)(values + entry.Offset), entry.Length * sizeof(float));
        }
    }
}
