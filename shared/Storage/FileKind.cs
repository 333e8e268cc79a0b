using System.Runtime.InteropServices;

namespace ParquetPool.Storage;

/// <summary>Tells files from what may be read for ever.</summary>
internal static partial class FileKind
{
    private const int CurrentFolder = -100; // AT_FDCWD, STATX_TYPE and S_IFREG of Linux's fcntl.h and stat.h
    private const uint Type = 1;
    private const int KindBits = 0xF000;
    private const int RegularFile = 0x8000;

    /// <summary>Whether what lies there, links followed, is a file and no pipe, socket or device. Nothing is opened or waited for.</summary>
    public static bool HasEnd(string path) =>
        !OperatingSystem.IsLinux() || Statx(CurrentFolder, path, 0, Type, out var found) != 0 || (found.Mode & KindBits) == RegularFile;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint wanted, out FileFacts found);

    /// <summary>The kernel's <c>struct statx</c>, the same on all processors.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileFacts
    {
        [FieldOffset(28)]
        public ushort Mode;
    }
}
