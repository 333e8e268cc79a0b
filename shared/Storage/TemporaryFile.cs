using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace ParquetPool.Storage;

/// <summary>A file that is not whole yet. It lies beside the file it becomes, so that one rename makes that appear.</summary>
/// <remarks>Its name holds a number that nobody can guess, and it is created anew or not at all: a file or a link that somebody laid there is never written through.</remarks>
public static partial class TemporaryFile
{
    private const int RemovalRounds = 5;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly string Mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    private static readonly int EndLength = $".{Mark}.tmp".Length;
    private static readonly ConcurrentDictionary<string, bool> Folders = new(StringComparer.Ordinal); // That a name was given in.

    /// <summary>The temporary name of a file, the same for all of this process's life.</summary>
    public static string NameOf(string path)
    {
        Folders.TryAdd(Path.GetDirectoryName(Path.GetFullPath(path))!, true);
        return $"{path}.{Mark}.tmp";
    }

    /// <summary>Another name in a folder each time.</summary>
    public static string NewIn(string folder) => NameOf(Path.Combine(folder, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))));

    /// <summary>Creates the temporary file.</summary>
    /// <param name="isPrivate">Whether it is nobody else's to read.</param>
    /// <exception cref="IOException">There is something of the name, or the folder takes no files.</exception>
    public static FileStream Create(string path, bool isPrivate = false)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (isPrivate && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Private;
        }
        return new FileStream(NameOf(path), options);
    }

    /// <summary>Removes a temporary file that is given up. Where even that fails, the next run removes it: why it is given up is what must be told.</summary>
    public static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder for the file may never have been there.
        }
    }

    /// <summary>Whether a name is one of <see cref="NameOf"/>, of any process.</summary>
    public static bool IsOne(string path) => Temporary().IsMatch(path);

    /// <summary>Whether the file system refused to write. Of a file that outgrows what it allows (EFBIG) .NET says that an argument is out of range.</summary>
    public static bool IsRefusal(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value", Source: "System.Private.CoreLib" };

    /// <summary>Removes the temporary files and folders that killed runs left in a folder; none where there is no folder. A file that somebody writes stays.</summary>
    /// <param name="of">Only those of the file or folder whose name starts so.</param>
    public static void RemoveFrom(string folder, string of = "") => RemoveFrom(folder, name => name.StartsWith(of, StringComparison.Ordinal));

    /// <param name="of">Whether to remove that of a name.</param>
    public static void RemoveFrom(string folder, Func<string, bool> of)
    {
        foreach (var left in Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFileSystemInfos("*.tmp").Where(left => IsOne(left.Name) && of(left.Name[..^EndLength])).ToList() : [])
        {
            try
            {
                if (left is DirectoryInfo { LinkTarget: null })
                {
                    TemporaryFolder.RemoveLeft(left.FullName);
                }
                else if (left.LinkTarget is not null || !IsHeld(left.FullName))
                {
                    File.Delete(left.FullName);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another run removes it too, or it is another user's.
            }
        }
        if (Directory.Exists(folder))
        {
            TemporaryFolder.RemoveHolds(folder, name => IsOne(name) && of(name[..^EndLength]));
        }
    }

    /// <summary>Removes what this process has not brought to its end: for one that must not wait until it has.</summary>
    public static void RemoveOwn()
    {
        // Threads that go on may be at the same, or begin another: some rounds, then the next run does it.
        foreach (var folder in Enumerable.Repeat(Folders.Keys, RemovalRounds).SelectMany(all => all))
        {
            foreach (var own in Own(folder))
            {
                try
                {
                    if (own is DirectoryInfo { LinkTarget: null } whole)
                    {
                        // Under another name first: half emptied it must not get the one that it is made for.
                        whole.MoveTo(own.FullName + ".tmp");
                        whole.Delete(recursive: true);
                    }
                    else
                    {
                        File.Delete(own.FullName);
                    }
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // It has got its name meanwhile, or is left for the next run to remove.
                }
            }
        }
    }

    private static List<FileSystemInfo> Own(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? [.. new DirectoryInfo(folder).EnumerateFileSystemInfos($"*.{Mark}.tmp*")] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Whether a process has the file open to itself.</summary>
    internal static bool IsHeld(string path)
    {
        try
        {
            using var alone = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    [GeneratedRegex("[.][0-9a-f]{16}[.]tmp$", RegexOptions.CultureInvariant)]
    private static partial Regex Temporary();
}
