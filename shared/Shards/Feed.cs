using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;

namespace ParquetPool.Shards;

/// <summary>Rows of this program as a table function of DuckDB.</summary>
/// <remarks><paramref name="fill"/> runs on the thread of the statement that reads the rows.</remarks>
/// <param name="columns">Names and types of the rows.</param>
/// <param name="fill">Writes up to <see cref="ChunkRows"/> rows and returns how many; 0 ends the rows.</param>
internal sealed unsafe class Feed(IReadOnlyList<ShardColumn> columns, Func<FeedChunk, int> fill) : IDisposable
{
    /// <summary>DuckDB's own chunk size.</summary>
    public const int ChunkRows = 2048;

    private GCHandle self;

    /// <summary>What <c>fill</c> threw; DuckDB itself carries only the text.</summary>
    public Exception? Failure { get; private set; }

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
        if (self.IsAllocated)
        {
            self.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Bind(nint info)
    {
        foreach (var column in Of(NativeMethods.TableFunction.DuckDBBindGetExtraInfo(info)).columns)
        {
            using var type = DuckDbType.Create(column.Type);
            NativeMethods.TableFunction.DuckDBBindAddResultColumn(info, column.Name, type);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Init(nint info)
    {
        // There is nothing to prepare, but DuckDB calls it.
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Fill(nint info, nint output)
    {
        var feed = Of(NativeMethods.TableFunction.DuckDBFunctionGetExtraInfo(info));
        try
        {
            using var chunk = new DuckDBDataChunk(output);
            NativeMethods.DataChunks.DuckDBDataChunkSetSize(chunk, (ulong)feed.fill(new FeedChunk(chunk)));
        }
#pragma warning disable CA1031 // An exception must not cross into native code: the statement fails and its caller finds it in Failure.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            feed.Failure = failure;
            NativeMethods.TableFunction.DuckDBFunctionSetError(info, failure.Message);
        }
    }

    private readonly Func<FeedChunk, int> fill = fill;
    private readonly IReadOnlyList<ShardColumn> columns = columns;

    private static Feed Of(nint handle) => (Feed)GCHandle.FromIntPtr(handle).Target!;
}
