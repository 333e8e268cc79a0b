using System.IO.Enumeration;
using ParquetPool.Shards;

namespace ParquetPool.Outputs;

/// <summary>How an output and an input on this machine lie to each other.</summary>
internal static class LocalPlaces
{
    /// <summary>The words for it; null where they lie apart.</summary>
    public static string? Conflict(string output, string input)
    {
        foreach (var place in RealPath.Of(output))
        {
            if (Directory.Exists(input))
            {
                foreach (var folder in RealPath.Of(input).Concat(LinksIn(input)))
                {
                    if (Lie(place, folder) is { } conflict)
                    {
                        return conflict;
                    }
                }
            }
            else if (File.Exists(input))
            {
                if (RealPath.Of(input).Select(file => Lie(place, file)).OfType<string>().FirstOrDefault() is { } conflict)
                {
                    return conflict;
                }
            }
            else if (IsAmong(place, input))
            {
                return "lies among the files of";
            }
            else if (Matches(input).Select(file => Lie(place, file)).OfType<string>().FirstOrDefault() is { } conflict)
            {
                return conflict;
            }
        }
        return null;
    }

    private static string? Lie(string output, string input) =>
        RealPath.IsWithin(output, input) && RealPath.IsWithin(input, output) ? "is"
        : RealPath.IsWithin(input, output) ? "contains"
        : RealPath.IsWithin(output, input) ? "lies in"
        : null;

    /// <summary>Whether a glob would take a file that is written to the output.</summary>
    private static bool IsAmong(string output, string glob) =>
        ShardPatterns.RootOf(glob) is { } root
        && RealPath.Of(root).Where(real => RealPath.IsWithin(output, real)).Any(real =>
            new[] { output, $"{output}/{OutputRule.ProbeOf(glob)}", $"{output}/x/{OutputRule.ProbeOf(glob)}" }.Any(file => ShardPatterns.Takes(glob, Path.GetRelativePath(real, file))));

    /// <summary>Real paths of the files that a glob names.</summary>
    private static IEnumerable<string> Matches(string glob)
    {
        var folders = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var file in ShardPatterns.Matches(glob, [], tables: null))
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
            if (!folders.TryGetValue(folder, out var real))
            {
                folders[folder] = real = [.. RealPath.Of(folder)];
            }
            foreach (var path in new FileInfo(file).LinkTarget is null ? real.Select(of => Path.Combine(of, Path.GetFileName(file))) : RealPath.Of(file))
            {
                yield return path;
            }
        }
    }

    /// <summary>Where the links in a folder lead; what lies behind them is not looked at.</summary>
    private static IEnumerable<string> LinksIn(string folder) =>
        new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        }
        .SelectMany(RealPath.Of).Distinct(StringComparer.Ordinal);
}
