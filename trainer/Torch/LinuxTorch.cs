using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ParquetPool.Trainer.Torch;

/// <summary>Loads TorchSharp's library on Linux systems whose C++ library is older than it asks for.</summary>
/// <remarks>
/// TorchSharp 0.107's library needs one version of libstdc++'s symbols that Debian 12 and Ubuntu 22.04 lack, for a function that makes sure that
/// the standard streams are initialised; libtorch, built with an older compiler, does that itself. Where the library loads as it is, nothing of this happens.
/// </remarks>
internal static partial class LinuxTorch
{
    /// <summary>GCC 13's.</summary>
    private const string LackingVersion = "GLIBCXX_3.4.32";

    private const string Bridge = "libLibTorchSharp.so";

    /// <summary>In the order of their needs: a copy in memory finds them by their names, as it has no folder to look in.</summary>
    private static readonly string[] Torch = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    /// <exception cref="DllNotFoundException">A library is not there, or does not load for another reason.</exception>
    public static void Load()
    {
        var folder = Folders().FirstOrDefault(f => File.Exists(Path.Combine(f, Bridge)) && File.Exists(Path.Combine(f, Torch[^1])))
            ?? throw new DllNotFoundException("it is not part of this build");
        foreach (var library in Torch)
        {
            NativeLibrary.Load(Path.Combine(folder, library));
        }
        Load(Path.Combine(folder, Bridge), path => NativeLibrary.Load(path));
    }

    /// <summary>Loads <paramref name="path"/>, or a copy that does without the lacking version where that is what loading fails by.</summary>
    internal static nint Load(string path, Func<string, nint> load)
    {
        try
        {
            return load(path);
        }
        catch (DllNotFoundException e) when (e.Message.Contains(LackingVersion, StringComparison.Ordinal))
        {
            var image = File.ReadAllBytes(path);
            VersionNeeds.Weaken(image, LackingVersion);
            using var memory = Memory(image);
            return load($"/proc/self/fd/{memory.DangerousGetHandle()}");
        }
    }

    private static IEnumerable<string> Folders() =>
        $"{AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")}".Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", "native"));

    /// <summary>A file without a name that holds <paramref name="bytes"/>.</summary>
    private static SafeFileHandle Memory(byte[] bytes)
    {
        var handle = new SafeFileHandle(CreateMemory(Bridge, 0), ownsHandle: true);
        RandomAccess.Write(handle, bytes, 0);
        return handle;
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemory(string name, uint flags);
}
