using System.Runtime.InteropServices;

namespace ParquetPool.Commands;

/// <summary>The C library's heap, which ONNX Runtime and DuckDB allocate from.</summary>
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
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
