using System.Runtime.InteropServices;

namespace ParquetPool.FaultHost;

/// <summary>The library that this process was started with.</summary>
internal static partial class Faults
{
    private const string Library = "faults";

    /// <summary>Counts operations on files from now on, and lets one fail.</summary>
    [LibraryImport(Library, EntryPoint = "faults_arm", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void Arm(string below, long at, int kind);

    /// <summary>Counts no more.</summary>
    /// <returns>The operations counted.</returns>
    [LibraryImport(Library, EntryPoint = "faults_disarm")]
    public static partial long Disarm();
}
