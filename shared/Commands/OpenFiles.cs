using System.Globalization;

namespace ParquetPool.Commands;

/// <summary>How many files a process may have open at once: with few the runtime itself ends in words of its own.</summary>
internal static class OpenFiles
{
    /// <summary>Files that a command needs at least, its libraries among them.</summary>
    public const int Least = 256;

    private const string Limits = "/proc/self/limits";
    private const string Line = "Max open files";

    /// <summary>What to tell where they are too few; null where they are not, or nothing says how many they are.</summary>
    public static string? Fault() => File.Exists(Limits) ? Fault(File.ReadAllLines(Limits)) : null;

    /// <param name="limits">Lines of Linux's proc(5): a name, what is in force, the most that may be asked for, the unit.</param>
    internal static string? Fault(IEnumerable<string> limits) =>
        limits.FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal))?[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
        && int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files) && files < Least
            ? string.Create(CultureInfo.InvariantCulture, $"a process may have {files} files open at once here, expected at least {Least}: raise the limit, with ulimit -n 1024 for this terminal, and start the same command again") : null;
}
