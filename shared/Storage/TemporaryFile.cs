using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace ParquetPool.Storage;

/// <summary>A file that is not whole yet. It lies beside the file it becomes, so that one rename makes that appear.</summary>
/// <remarks>Its name holds a number that nobody can guess, and it is created anew or not at all: a file or a link that somebody laid there is never written through.</remarks>
public static partial class TemporaryFile
{
    private static readonly string Mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>The temporary name of a file, the same for all of this process's life.</summary>
    public static string NameOf(string path) => $"{path}.{Mark}.tmp";

    /// <summary>Another name in a folder each time.</summary>
    public static string NewIn(string folder) => NameOf(Path.Combine(folder, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))));

    /// <summary>Creates the temporary file.</summary>
    /// <exception cref="IOException">There is something of the name, or the folder takes no files.</exception>
    public static FileStream Create(string path) => new(NameOf(path), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Whether a name is one of <see cref="NameOf"/>, of any process.</summary>
    public static bool IsOne(string path) => Temporary().IsMatch(path);

    /// <summary>Whether the file system refused to write. Of a file that outgrows what it allows (EFBIG) .NET says that an argument is out of range.</summary>
    public static bool IsRefusal(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { ParamName: "value", Source: "System.Private.CoreLib" };

    /// <summary>Removes the temporary files and folders that killed runs left in a folder; none where there is no folder.</summary>
    /// <param name="of">Only those of the file or folder of this name.</param>
    public static void RemoveFrom(string folder, string of = "")
    {
        foreach (var left in Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFileSystemInfos($"{of}*.tmp").Where(left => IsOne(left.Name)).ToList() : [])
        {
            if (left is DirectoryInfo { LinkTarget: null } whole)
            {
                whole.Delete(recursive: true);
            }
            else
            {
                File.Delete(left.FullName);
            }
        }
    }

    [GeneratedRegex("[.][0-9a-f]{16}[.]tmp$", RegexOptions.CultureInvariant)]
    private static partial Regex Temporary();
}
