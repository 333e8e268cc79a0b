using System.Runtime.InteropServices;

namespace ParquetPool.Commands;

/// <summary>The heaps outside .NET: the C library's, which ONNX Runtime allocates from, and DuckDB's own.</summary>
internal static partial class NativeHeap
{
    private const int ArenaMax = -8; // M_ARENA_MAX of malloc.h
    private const int Arenas = 2;

    /// <summary>Keeps threads from growing an arena each: freed memory would stay in all of them, the more the longer a run lasts.</summary>
    public static void Limit()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetOption(ArenaMax, Arenas);
            _ = SetVariable("DUCKDB_JE_MALLOC_CONF", "narenas:1,tcache:false", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
