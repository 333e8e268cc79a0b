using System.Text.Json;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.JobFiles;

/// <summary>Reads a jobs file and finds all that is wrong in it.</summary>
internal static class JobsFile
{
    /// <summary>Reads the file.</summary>
    /// <param name="now">Times of cron expressions must come after it.</param>
    /// <param name="mistakes">What is wrong, in the order of the file. The jobs are good where there is none.</param>
    /// <exception cref="DataException">There is no such file.</exception>
    public static JobList Read(string path, DateTimeOffset now, out IReadOnlyList<Mistake> mistakes)
    {
        byte[] text;
        try
        {
            text = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read the jobs file {path}: {e.Message.TrimEnd('.')}: check the path", e);
        }
        var found = new List<Mistake>();
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var jobs = PlacedJson.Parse(text, found) is { } json ? Jobs(json, folder, now, found) : [];
        mistakes = [.. found.OrderBy(m => m.Line).ThenBy(m => m.Column)];
        return new JobList(folder, jobs);
    }

    /// <summary>Reads a file that must be right; names all mistakes on stderr.</summary>
    /// <exception cref="DataException">It is not.</exception>
    public static JobList Load(string path, TimeProvider clock)
    {
        var jobs = Read(path, clock.GetUtcNow(), out var mistakes);
        foreach (var mistake in mistakes)
        {
            Console.Error.WriteLine(PlainLine.Of($"{path}:{mistake}"));
        }
        return mistakes.Count == 0 ? jobs : throw new DataException($"{path} has {(mistakes.Count == 1 ? "a mistake" : $"{mistakes.Count} mistakes")}: see above");
    }

    private static IReadOnlyList<Job> Jobs(PlacedJson json, string folder, DateTimeOffset now, List<Mistake> mistakes)
    {
        var file = new JsonMembers(json, "the file", ["jobs"], mistakes);
        if (file.Required("jobs") is not { } list)
        {
            return [];
        }
        if (list.Kind != JsonValueKind.Array || list.Items.Count == 0)
        {
            mistakes.Add(list.Wrong("'jobs' is no list of jobs, expected at least one"));
        }
        var readers = list.Items.Select(item => new JobReader(item, folder, now, mistakes)).ToList();
        var jobs = readers.Select(reader => reader.Read()).ToList();
        var names = readers.Select(reader => reader.Name).OfType<string>().ToHashSet();
        foreach (var (reader, earlier) in readers.Select((reader, i) => (reader, readers[..i])))
        {
            reader.CheckAgainst(earlier, names);
        }
        RequireEnds(readers, mistakes);
        return [.. jobs.OfType<Job>()];
    }

    /// <summary>A circle of jobs that start one another would never end.</summary>
    private static void RequireEnds(List<JobReader> readers, List<Mistake> mistakes)
    {
        var after = readers.Where(r => r.Name is not null).DistinctBy(r => r.Name).ToDictionary(r => r.Name!, r => r.After);
        foreach (var reader in readers.Where(r => r.Name is not null))
        {
            var (open, seen) = (new Stack<string>(reader.After.Keys), new HashSet<string>());
            while (open.TryPop(out var name))
            {
                if (seen.Add(name) && after.TryGetValue(name, out var next))
                {
                    foreach (var job in next.Keys)
                    {
                        open.Push(job);
                    }
                }
            }
            if (seen.Contains(reader.Name!))
            {
                mistakes.Add(reader.After.Values.First().Wrong($"job {reader.Name} comes after itself: {string.Join(", ", seen.Order(StringComparer.Ordinal))} start one another without end"));
            }
        }
    }
}
