using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ParquetPool.Storage;

/// <summary>Tells files from what may be read for ever.</summary>
public static partial class FileKind
{
    private const int ReadOnly = 0; // O_RDONLY, O_NONBLOCK and O_CLOEXEC of Linux's fcntl.h
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int Current = 1; // SEEK_CUR

    /// <summary>Whether what lies there can be sought in, as a file can and a pipe or a socket cannot. Nothing is waited for.</summary>
    public static bool HasEnd(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }
        using var handle = new SafeFileHandle(Open(path, ReadOnly | NonBlocking | CloseOnExec), ownsHandle: true);
        return handle.IsInvalid || Seek(handle, 0, Current) >= 0;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "lseek")]
    private static partial long Seek(SafeFileHandle file, long offset, int from);
}
