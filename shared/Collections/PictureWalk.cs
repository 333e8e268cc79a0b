using ParquetPool.Decoding;
using ParquetPool.Errors;
using ParquetPool.Outputs;
using ParquetPool.Storage;

namespace ParquetPool.Collections;

/// <summary>Finds the files below the paths that were given; links are followed, each folder is read once.</summary>
/// <remarks>Names that begin with a dot, and macOS's <c>__MACOSX</c>, are nobody's pictures. The order is that of the ids, byte by byte.</remarks>
internal sealed class PictureWalk
{
    private readonly HashSet<string> entered = new(StringComparer.Ordinal);
    private readonly List<Place> links = [];
    private readonly List<(string Path, string Id)> files = [];
    private readonly List<UnusedFile> unused = [];

    /// <exception cref="DataException">A path is not there.</exception>
    /// <exception cref="UsageException">Two paths end in the same name, so that ids would be the same.</exception>
    public PictureWalk(IReadOnlyList<string> paths)
    {
        List<Place> roots = [.. paths.Select(path => Path.TrimEndingDirectorySeparator(path)).Select(path => new Place(path, Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)), ""))];
        foreach (var same in roots.Select(root => root.Real).GroupBy(Path.GetFileName).Where(same => same.Count() > 1))
        {
            throw new UsageException($"--images {string.Join(" and ", same)} end in the same name, so their pictures would have the same ids: give the folder above them");
        }
        foreach (var root in roots)
        {
            if (Directory.Exists(root.Path))
            {
                Enter(new(root.Path, RealPath.Of(root.Path).First(), roots.Count == 1 ? "" : Path.GetFileName(root.Real) + "/"));
            }
            else if (File.Exists(root.Path))
            {
                Add(root with { Id = Path.GetFileName(root.Real) });
            }
            else
            {
                throw new DataException($"{root.Path}: no such file or folder: check the path");
            }
        }
        for (var next = 0; next < links.Count; next++)
        {
            Follow(links[next]);
        }
        files.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
    }

    /// <summary>By id.</summary>
    public IReadOnlyList<(string Path, string Id)> Files => files;

    /// <summary>Folders that could not be read.</summary>
    public IReadOnlyList<UnusedFile> Unused => unused;

    private void Follow(Place link)
    {
        try
        {
            var target = RealPath.Of(new DirectoryInfo(link.Path).ResolveLinkTarget(returnFinalTarget: true)!.FullName).First();
            if (!Enter(link with { Real = target }))
            {
                unused.Add(new(link.Path, PictureFault.Link, $"leads to {target}, which is read already"));
            }
        }
        catch (IOException refused) when (DeviceFault.Behind(refused) is null)
        {
            unused.Add(new(link.Path, PictureFault.Link, refused.Message.TrimEnd('.')));
        }
    }

    /// <summary>False where the folder was entered before.</summary>
    private bool Enter(Place root)
    {
        var open = new Stack<Place>([root]);
        var isNew = false;
        while (open.TryPop(out var next))
        {
            if (!entered.Add(Path.TrimEndingDirectorySeparator(next.Real)))
            {
                continue;
            }
            isNew = true;
            try
            {
                foreach (var entry in new DirectoryInfo(next.Path).EnumerateFileSystemInfos().Where(entry => IsShown(entry.Name)).OrderBy(entry => entry.Name, StringComparer.Ordinal))
                {
                    Add(entry, new(Path.Combine(next.Path, entry.Name), Path.Combine(next.Real, entry.Name), $"{next.Id}{entry.Name}"), open);
                }
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException && DeviceFault.Behind(refused) is null)
            {
                unused.Add(new(next.Path, PictureFault.Unreadable, refused is UnauthorizedAccessException ? "a folder that may not be read: give the right to" : refused.Message.TrimEnd('.')));
            }
        }
        return isNew;
    }

    private void Add(FileSystemInfo entry, Place place, Stack<Place> open)
    {
        if (entry is not DirectoryInfo)
        {
            Add(place);
        }
        else if (entry.LinkTarget is not null)
        {
            links.Add(place with { Id = place.Id + "/" });
        }
        else
        {
            open.Push(place with { Id = place.Id + "/" });
        }
    }

    private void Add(Place file)
    {
        // Pipes and devices would be waited for.
        if (FileKind.HasEnd(file.Path))
        {
            files.Add((file.Path, file.Id));
        }
        else
        {
            unused.Add(new(file.Path, PictureFault.Unreadable, "a pipe or a device, expected a file"));
        }
    }

    public static bool IsShown(string name) => !name.StartsWith('.') && name != "__MACOSX";

    /// <param name="Path">As it is reached from what was given.</param>
    /// <param name="Real">With links followed.</param>
    private readonly record struct Place(string Path, string Real, string Id);
}

/// <summary>What was found and is no row.</summary>
/// <param name="Path">Below what was given.</param>
public sealed record UnusedFile(string Path, PictureFault Fault, string Reason)
{
    /// <summary>That no picture of the paths can be used.</summary>
    public static DataException AllOf(IEnumerable<string> paths, IReadOnlyList<UnusedFile> files) => new($"{string.Join(", ", paths)}: "
        + (files.Count == 0 ? "a table without rows, expected one with a picture in each" : $"none of {files.Count} pictures can be used; the first: {files[0].Path}: {files[0].Reason}"));
}
