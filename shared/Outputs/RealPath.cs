using ParquetPool.Storage;

namespace ParquetPool.Outputs;

/// <summary>Where a path leads when all links on it are followed; its end need not be there.</summary>
internal static class RealPath
{
    private const int MostLinks = 40; // As Linux has it.

    /// <summary>Whether names that differ in capitals may be one file.</summary>
    private static readonly StringComparison Names = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>The real path, and another one where a <c>..</c> behind a link leads elsewhere than the words say.</summary>
    public static IEnumerable<string> Of(string path) =>
        new[] { Follow(Path.GetFullPath(path)), Follow(Path.Combine(Environment.CurrentDirectory, path)) }.Distinct(StringComparer.Ordinal);

    /// <summary>Whether a path is the folder or lies in it.</summary>
    public static bool IsWithin(string path, string folder) =>
        path.Equals(folder, Names) || path.StartsWith(folder.TrimEnd('/') + "/", Names);

    private static string Follow(string path)
    {
        var left = new Stack<string>(Steps(path));
        var (real, links) = ("", 0);
        while (left.TryPop(out var step))
        {
            if (step == "..")
            {
                real = real[..Math.Max(0, real.LastIndexOf('/'))];
            }
            else if (step != ".")
            {
                var next = real.Length == 0 && OperatingSystem.IsWindows() && step.EndsWith(':') ? step : $"{real}/{step}";
                if (links < MostLinks && new FileInfo(next).LinkTarget is { } target)
                {
                    links++;
                    real = Path.IsPathRooted(target) ? "" : real;
                    foreach (var further in Steps(target))
                    {
                        left.Push(further);
                    }
                }
                else
                {
                    real = next;
                }
            }
        }
        return real.Length == 0 ? "/" : real;
    }

    /// <summary>The last first.</summary>
    private static IEnumerable<string> Steps(string path) => StorageAddress.WithSlashes(path).Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse();
}
