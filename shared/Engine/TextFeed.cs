using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using DuckDB.NET.Native;

namespace ParquetPool.Engine;

/// <summary>Texts of this program as the one column of a table function of DuckDB.</summary>
/// <remarks>They are asked for on the thread of the statement that reads them, once.</remarks>
/// <param name="column">Its name.</param>
internal sealed unsafe class TextFeed(string column, IEnumerable<string> texts) : IDisposable
{
    /// <summary>DuckDB's own chunk size.</summary>
    public const int ChunkRows = 2048;

    private readonly string column = column;
    private readonly IEnumerator<string[]> chunks = texts.Chunk(ChunkRows).GetEnumerator();
    private GCHandle self;

    public void Register(DuckDBNativeConnection connection, string name)
    {
        self = GCHandle.Alloc(this);
        var function = NativeMethods.TableFunction.DuckDBCreateTableFunction();
        try
        {
            NativeMethods.TableFunction.DuckDBTableFunctionSetName(function, name);
            NativeMethods.TableFunction.DuckDBTableFunctionSetExtraInfo(function, GCHandle.ToIntPtr(self), null);
            NativeMethods.TableFunction.DuckDBTableFunctionSetBind(function, &Bind);
            NativeMethods.TableFunction.DuckDBTableFunctionSetInit(function, &Init);
            NativeMethods.TableFunction.DuckDBTableFunctionSetFunction(function, &Fill);
            if (!NativeMethods.TableFunction.DuckDBRegisterTableFunction(connection, function).IsSuccess())
            {
                throw new DuckDbException($"DuckDB refused the table function {name}");
            }
        }
        finally
        {
            NativeMethods.TableFunction.DuckDBDestroyTableFunction(ref function);
        }
    }

    public void Dispose()
    {
        chunks.Dispose();
        if (self.IsAllocated)
        {
            self.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Bind(nint info)
    {
        using var text = NativeMethods.LogicalType.DuckDBCreateLogicalType(DuckDBType.Varchar);
        NativeMethods.TableFunction.DuckDBBindAddResultColumn(info, Of(NativeMethods.TableFunction.DuckDBBindGetExtraInfo(info)).column, text);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Init(nint info)
    {
        // There is nothing to prepare, but DuckDB calls it.
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Fill(nint info, nint output)
    {
        try
        {
            using var chunk = new DuckDBDataChunk(output);
            var chunks = Of(NativeMethods.TableFunction.DuckDBFunctionGetExtraInfo(info)).chunks;
            string[] texts = chunks.MoveNext() ? chunks.Current : [];
            var vector = NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, 0);
            for (var row = 0; row < texts.Length; row++)
            {
                var bytes = Encoding.UTF8.GetBytes(texts[row]);
                fixed (byte* first = bytes)
                {
                    NativeMethods.Vectors.DuckDBUnsafeVectorAssignStringElementLength(vector, (ulong)row, first, bytes.Length);
                }
            }

            NativeMethods.DataChunks.DuckDBDataChunkSetSize(chunk, (ulong)texts.Length);
        }
#pragma warning disable CA1031 // An exception must not cross into native code: the statement fails with its words.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            NativeMethods.TableFunction.DuckDBFunctionSetError(info, failure.Message);
        }
    }

    private static TextFeed Of(nint handle) => (TextFeed)GCHandle.FromIntPtr(handle).Target!;
}
