using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Outputs;

/// <summary>How an output and an input in object stores lie to each other.</summary>
internal static class RemotePlaces
{
    /// <summary>The words for it; null where they lie apart.</summary>
    public static string? Conflict(string output, string input)
    {
        var (to, from) = (StorageAddress.Parse(output), StorageAddress.Parse(input));
        if (to.Root != from.Root)
        {
            return null;
        }
        var (written, read) = (Steps(to.Key), Steps(from.Key));
        var literal = read.TakeWhile(step => !step.Contains('*') && !step.Contains('?')).ToArray();
        if (literal.Length == read.Length)
        {
            return written.SequenceEqual(read) ? "is"
                : StartsWith(read, written) ? "contains"
                : StartsWith(written, read) ? "lies in"
                : null;
        }
        var glob = string.Join('/', read[literal.Length..]);
        return StartsWith(literal, written) ? "contains"
            : StartsWith(written, literal) && new[] { "", OutputRule.ProbeOf(glob), $"x/{OutputRule.ProbeOf(glob)}" }.Any(file => ShardPatterns.Takes(glob, string.Join('/', [.. written[literal.Length..], file]).TrimEnd('/'))) ? "lies among the objects of"
            : null;
    }

    private static bool StartsWith(string[] path, string[] start) => path.Length >= start.Length && path.AsSpan(0, start.Length).SequenceEqual(start);

    /// <summary>A key's steps, as a server that resolves dots would see them.</summary>
    private static string[] Steps(string key)
    {
        var steps = new List<string>();
        foreach (var step in key.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(step => step != "."))
        {
            if (step != "..")
            {
                steps.Add(step);
            }
            else if (steps.Count > 0)
            {
                steps.RemoveAt(steps.Count - 1);
            }
        }
        return [.. steps];
    }
}
