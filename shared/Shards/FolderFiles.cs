using System.Runtime.InteropServices;
using ParquetPool.Errors;

namespace ParquetPool.Shards;

/// <summary>The files of a folder and of those below it. Links to folders are followed, but each folder is gone through once: links may lead in circles.</summary>
internal static partial class FolderFiles
{
    /// <summary>Paths that begin as the folder is given, in no order that matters.</summary>
    /// <param name="isClosedPassed">Whether folders that may not be read are passed over.</param>
    /// <exception cref="DataException">A folder may not be read.</exception>
    public static IEnumerable<string> Below(string root, bool isClosedPassed = false)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<(string Folder, string Real)>([(root, Real(root))]);
        while (open.TryPop(out var at))
        {
            if (!seen.Add(at.Real))
            {
                continue;
            }
            var (files, folders) = Entries(at.Folder, isClosedPassed);
            foreach (var file in files)
            {
                yield return file;
            }
            // Links are pushed first, so that a folder is rather reached by its own name.
            foreach (var (path, isLink) in folders.OrderByDescending(of => of.IsLink).ThenByDescending(of => of.Path, StringComparer.Ordinal))
            {
                open.Push((path, isLink ? Real(path) : $"{at.Real}/{Path.GetFileName(path)}"));
            }
        }
    }

    private static (string[] Files, (string Path, bool IsLink)[] Folders) Entries(string folder, bool isClosedPassed)
    {
        try
        {
            return (Directory.GetFiles(folder), [.. Directory.GetDirectories(folder).Select(path => (path, new DirectoryInfo(path).LinkTarget is not null))]);
        }
        catch (UnauthorizedAccessException closed)
        {
            return isClosedPassed ? ([], []) : throw new DataException($"{folder}: a folder that may not be read: give the right to read it", closed);
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
