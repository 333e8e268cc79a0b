using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ParquetPool.Storage;

namespace ParquetPool.Sessions;

/// <summary>A file for libraries that write to files alone, or read from them. On Linux it lies in memory: no disk is needed, and nobody else sees it.</summary>
internal sealed partial class MemoryFile : IDisposable
{
    private const uint CloseOnExec = 1; // MFD_CLOEXEC of memfd.h
    private readonly SafeFileHandle? handle;

    /// <exception cref="IOException">There is no memory for it, or the cache folder takes no files.</exception>
    public MemoryFile()
    {
        if (!OperatingSystem.IsLinux())
        {
            Path = TemporaryFile.NewIn(Directory.CreateDirectory(StoredFiles.Cache.Folder).FullName);
            return;
        }
        var descriptor = Create("parquetpool", CloseOnExec);
        handle = descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException($"a file in memory cannot be made: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}: give the process more memory or files");
        Path = $"/proc/self/fd/{descriptor}";
    }

    /// <summary>Leads to the file while this lives.</summary>
    public string Path { get; }

    public void Dispose()
    {
        if (handle is null)
        {
            File.Delete(Path);
        }
        handle?.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Create(string name, uint flags);
}
