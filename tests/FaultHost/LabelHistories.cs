using System.Globalization;

namespace ParquetPool.FaultHost;

/// <summary>Histories of labels, each decided by its number alone.</summary>
internal static class LabelHistories
{
    public const string Name = "histories";
    private const int MostFaults = 20;

    /// <summary>Plays them and prints what went wrong, a line each.</summary>
    /// <param name="arguments">How many, and a folder.</param>
    /// <returns>The exit code.</returns>
    public static int Play(string[] arguments)
    {
        var (count, folder) = (int.Parse(arguments[0], CultureInfo.InvariantCulture), arguments[1]);
        var faults = new List<string>();
        for (var number = 0u; number < count && faults.Count < MostFaults; number++)
        {
            faults.AddRange(new LabelStory(number, Path.Combine(folder, "history")).Play().Select(fault => $"history {number}: {fault}"));
        }
        Console.Out.Write(string.Concat(faults.Select(fault => fault + "\n")));
        return faults.Count == 0 ? 0 : 1;
    }
}
