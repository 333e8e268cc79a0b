using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ParquetPool.Commands;

/// <summary>What native libraries read from the environment when they are loaded; .NET's own environment does not reach them.</summary>
public static partial class NativeSettings
{
    private const int ArenaMax = -8; // M_ARENA_MAX of malloc.h
    private const int Arenas = 2;

    /// <summary>Runs before anything of this library, so before the first of them is loaded, in whatever program. What a user has set stays.</summary>
#pragma warning disable CA2255 // Whoever loads this library may load them, and a call that is forgotten would send telemetry.
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void Apply()
    {
        Set("ORT_DISABLE_TELEMETRY", "1", always: false);
        if (OperatingSystem.IsLinux())
        {
            // Threads that grow an arena each keep freed memory in all of them, the more the longer a run lasts: ONNX Runtime allocates from the C library.
            _ = SetOption(ArenaMax, Arenas);
            _ = SetVariable("DUCKDB_JE_MALLOC_CONF", "narenas:1,tcache:false", overwrite: 0);
        }
    }

    /// <summary>Sets one variable for native libraries that are loaded later.</summary>
    /// <param name="always">Whether also where a user has set it.</param>
    public static void Set(string name, string value, bool always)
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.SetEnvironmentVariable(name, always ? value : Environment.GetEnvironmentVariable(name) ?? value);
        }
        else
        {
            _ = SetVariable(name, value, overwrite: always ? 1 : 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
