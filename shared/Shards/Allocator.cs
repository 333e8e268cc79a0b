using System.Runtime.InteropServices;

namespace ParquetPool.Shards;

/// <summary>Settings of the C library's allocator.</summary>
internal static partial class Allocator
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int LargestBlock = 32 << 20;

    /// <summary>Keeps the buffers that DuckDB frees after each page for the next one instead of returning them to the kernel.</summary>
    /// <remarks>Every page of a returned buffer costs a fault on its next use: half of the time of reading long lists. Only glibc knows it.</remarks>
    public static void KeepLargeBlocks()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = MallocOption(MmapThreshold, LargestBlock);
            _ = MallocOption(TrimThreshold, 4 * LargestBlock);
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library: reading is slower, nothing else changes.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int option, int value);
}
