using System.Runtime.InteropServices;

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

    public void Register(nint connection, string name)
    {
        self = GCHandle.Alloc(this);
        var function = Native.CreateTableFunction();
        try
        {
            Native.TableFunctionSetName(function, name);
            Native.TableFunctionSetExtraInfo(function, GCHandle.ToIntPtr(self), 0);
            Native.TableFunctionSetBind(function, &Bind);
            Native.TableFunctionSetInit(function, &Init);
            Native.TableFunctionSetFunction(function, &Fill);
            if (Native.RegisterTableFunction(connection, function) != 0)
            {
                throw new DuckDbException($"DuckDB refused the table function {name}");
            }
        }
        finally
        {
            Native.DestroyTableFunction(ref function);
        }
    }

    public void Dispose()
    {
        if (self.IsAllocated)
        {
            self.Free();
        }
    }

    [UnmanagedCallersOnly]
    private static void Bind(nint info)
    {
        foreach (var column in Of(Native.BindExtraInfo(info)).columns)
        {
            var type = DuckDbType.Create(column.Type);
            Native.BindAddResultColumn(info, column.Name, type);
            Native.DestroyLogicalType(ref type);
        }
    }

    [UnmanagedCallersOnly]
    private static void Init(nint info) => Native.InitSetMaxThreads(info, 1);

    [UnmanagedCallersOnly]
    private static void Fill(nint info, nint output)
    {
        var feed = Of(Native.FunctionExtraInfo(info));
        try
        {
            Native.SetChunkSize(output, (ulong)feed.fill(new FeedChunk(output)));
        }
#pragma warning disable CA1031 // An exception must not cross into native code: the statement fails and its caller finds it in Failure.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            feed.Failure = failure;
            Native.FunctionSetError(info, failure.Message);
        }
    }

    private readonly Func<FeedChunk, int> fill = fill;
    private readonly IReadOnlyList<ShardColumn> columns = columns;

    private static Feed Of(nint handle) => (Feed)GCHandle.FromIntPtr(handle).Target!;
}
