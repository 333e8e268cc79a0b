using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;

namespace ParquetPool.Shards;

/// <summary>The SQL function <c>packed(FLOAT[]) → BLOB</c>: the list's values as little-endian float32, one after another.</summary>
/// <remarks>NULL stays NULL; a NULL element becomes NaN, so that a reader finds the same fault in the row. A list of any length is packed.</remarks>
internal static unsafe class PackFunction
{
    public const string Name = "packed";

    public static void Register(DuckDBNativeConnection connection)
    {
        var function = NativeMethods.ScalarFunction.DuckDBCreateScalarFunction();
        using var list = DuckDbType.Create(ShardType.FloatList);
        using var blob = DuckDbType.Create(ShardType.FloatBlob);
        try
        {
            NativeMethods.ScalarFunction.DuckDBScalarFunctionSetName(function, Name);
            NativeMethods.ScalarFunction.DuckDBScalarFunctionAddParameter(function, list);
            NativeMethods.ScalarFunction.DuckDBScalarFunctionSetReturnType(function, blob);
            NativeMethods.ScalarFunction.DuckDBScalarFunctionSetFunction(function, &Pack);
            if (!NativeMethods.ScalarFunction.DuckDBRegisterScalarFunction(connection, function).IsSuccess())
            {
                throw new DuckDbException($"DuckDB refused the function {Name}");
            }
        }
        finally
        {
            NativeMethods.ScalarFunction.DuckDBDestroyScalarFunction(ref function);
        }
    }

    // Nothing here throws: an exception must not cross into native code.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Pack(nint info, nint input, nint output)
    {
        using var chunk = new DuckDBDataChunk(input);
        var lists = new DuckDbVector(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, 0));
        var elements = lists.Elements;
        var values = (float*)elements.Data;
        var rows = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
        for (var row = 0; row < rows; row++)
        {
            if (!lists.IsValid(row))
            {
                DuckDbVector.SetNull(output, row);
                continue;
            }

            var (start, count) = lists.List(row);
            for (var i = start; !elements.AllValid && i < start + count; i++)
            {
                if (!elements.IsValid(i))
                {
                    values[i] = float.NaN;
                }
            }

            NativeMethods.Vectors.DuckDBUnsafeVectorAssignStringElementLength(output, (ulong)row, (byte*)(values + start), (long)count * sizeof(float));
        }
    }
}
