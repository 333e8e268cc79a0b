using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>The files of an output and their bytes; of a run at work or a killed one also what is not whole.</summary>
/// <param name="Files">[name]: its hash.</param>
internal sealed record OutputState(IReadOnlyDictionary<string, string> Files)
{
    public static OutputState Of(string folder) => new(Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(folder, path), HashOf, StringComparer.Ordinal)
        : new Dictionary<string, string>());

    /// <summary>Names that no reader takes for an output.</summary>
    public IEnumerable<string> LeftOvers => Files.Keys.Where(IsLeftOver);

    /// <summary>Without what tells times, or is of a run at work.</summary>
    public OutputState Without(IReadOnlySet<string> changing) =>
        new(Files.Where(file => !changing.Contains(file.Key) && !IsLeftOver(file.Key) && Path.GetFileName(file.Key) is not (WrittenFiles.FileName or "lock")).ToDictionary());

    /// <summary>The names of files that differ from another state's, or are not in both.</summary>
    public IEnumerable<string> Differences(OutputState other) =>
        Files.Keys.Union(other.Files.Keys).Where(name => Files.GetValueOrDefault(name) != other.Files.GetValueOrDefault(name)).Order(StringComparer.Ordinal);

    /// <summary>Replaces a folder by a copy of another.</summary>
    public static void Copy(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }
        foreach (var file in Directory.Exists(from) ? Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories) : [])
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static string HashOf(string path) => new FileInfo(path).Length == 0 ? "" : ContentHash.Of(path);

    private static bool IsLeftOver(string name) => name.Contains(".tmp", StringComparison.Ordinal) || name.StartsWith("progress/", StringComparison.Ordinal) || name.EndsWith(".progress", StringComparison.Ordinal);
}
