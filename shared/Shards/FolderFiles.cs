using System.Runtime.InteropServices;

namespace ParquetPool.Shards;

/// <summary>The files of a folder and of those below it. Links to folders are followed, but each folder is gone through once: links may lead in circles.</summary>
internal static partial class FolderFiles
{
    /// <summary>Paths that begin as the folder is given, in no order that matters.</summary>
    public static IEnumerable<string> Below(string root)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<(string Folder, string Real)>([(root, Real(root))]);
        while (open.TryPop(out var at))
        {
            if (!seen.Add(at.Real))
            {
                continue;
            }
            foreach (var file in Directory.EnumerateFiles(at.Folder))
            {
                yield return file;
            }
            // Links are pushed first, so that a folder is rather reached by its own name.
            var folders = Directory.EnumerateDirectories(at.Folder).Select(path => (Path: path, IsLink: new DirectoryInfo(path).LinkTarget is not null));
            foreach (var (path, isLink) in folders.OrderByDescending(of => of.IsLink).ThenByDescending(of => of.Path, StringComparer.Ordinal))
            {
                open.Push((path, isLink ? Real(path) : $"{at.Real}/{Path.GetFileName(path)}"));
            }
        }
    }

    private static string Real(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        var found = RealPath(path, 0);
        try
        {
            return found == 0 ? Path.GetFullPath(path) : Marshal.PtrToStringUTF8(found)!;
        }
        finally
        {
            Free(found);
        }
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, nint resolved);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint memory);
}
