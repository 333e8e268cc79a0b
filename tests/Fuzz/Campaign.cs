using System.Globalization;

namespace ParquetPool.Fuzz;

/// <summary>Many mutants, told kind by kind.</summary>
internal static class Campaign
{
    private const int MutantsPerChild = 400; // So that what one leaves in memory is not laid at another's door.

    /// <summary>Where found inputs stay that are to be looked at; next to nothing is kept where it is not set.</summary>
    private static readonly string? Keep = Environment.GetEnvironmentVariable("PARQUETPOOL_FUZZ_KEEP");

    public static Task<int> MutantsAsync(int count, ulong seed, IReadOnlyList<string> kinds) =>
        RunAsync(seed, kinds, _ => [.. Enumerable.Range(0, count).Select(n => n.ToString(CultureInfo.InvariantCulture))]);

    /// <summary>What earlier runs found, behind the inputs that nothing damaged: a kind of which those are refused tests nothing.</summary>
    public static Task<int> CorpusAsync(IReadOnlyList<string> kinds) =>
        RunAsync(0, kinds, kind => [.. kind.Files, .. Directory.Exists(Corpus(kind)) ? Directory.GetFiles(Corpus(kind)).Order(StringComparer.Ordinal) : Enumerable.Empty<string>()]);

    /// <summary>The bytes of a mutant.</summary>
    public static async Task<byte[]> MutantAsync(Stage stage, string kind, int number, ulong seed)
    {
        await stage.MakeAsync();
        return Mutant.Of(stage, Kinds.All.First(k => k.Name == kind), number, seed).Bytes;
    }

    private static string Corpus(Kind kind) => Path.Combine(AppContext.BaseDirectory, "Corpus", kind.Name);

    private static async Task<int> RunAsync(ulong seed, IReadOnlyList<string> names, Func<Kind, IReadOnlyList<string>> mutants)
    {
        using var folder = new WorkFolder();
        await ChildProcess.RunAsync("stage", folder.Root);
        var bad = 0;
        Console.WriteLine($"| kind | mutants | {string.Join(" | ", Enum.GetNames<Verdict>().Select(n => n.ToLowerInvariant()))} | seconds | MB |");
        Console.WriteLine($"| --- | ---: |{string.Concat(Enum.GetNames<Verdict>().Select(_ => " ---: |"))} ---: | ---: |");
        ChildProcess? child = null;
        var ran = 0;
        foreach (var kind in Kinds.All.Where(k => names.Count == 0 || names.Contains(k.Name)))
        {
            var counts = new int[Enum.GetValues<Verdict>().Length];
            var (seconds, bytes, all) = (0.0, 0L, mutants(kind));
            foreach (var mutant in all)
            {
                if (child is null || child.HasEnded || ran++ % MutantsPerChild == 0)
                {
                    child?.Dispose();
                    child = new ChildProcess(folder.Root, seed);
                }
                var finding = await child.TryAsync(kind.Name, mutant);
                (seconds, bytes) = (Math.Max(seconds, child.Seconds), Math.Max(bytes, child.Bytes));
                counts[(int)finding.Verdict]++;
                if (!finding.IsGood || (finding.Verdict != Verdict.Taken && kind.Files.Contains(mutant)))
                {
                    bad++;
                    Tell(folder.Root, kind, mutant, seed, finding);
                }
            }
            Console.WriteLine(FormattableString.Invariant($"| {kind.Name} | {all.Count} | {string.Join(" | ", counts)} | {seconds:N1} | {bytes >> 20} |"));
        }
        child?.Dispose();
        return bad == 0 ? 0 : 1;
    }

    private static void Tell(string stage, Kind kind, string mutant, ulong seed, Finding finding)
    {
        Console.Error.WriteLine($"{kind.Name} {Path.GetFileName(mutant)}: {finding.Verdict}: {finding.Words}");
        if (Keep is not null && int.TryParse(mutant, CultureInfo.InvariantCulture, out var number))
        {
            var made = Mutant.Of(new Stage(stage), kind, number, seed);
            Directory.CreateDirectory(Path.Combine(Keep, kind.Name));
            File.WriteAllBytes(Path.Combine(Keep, kind.Name, $"{finding.Verdict.ToString().ToLowerInvariant()}-{seed}-{number}-{Path.GetFileName(made.File)}"), made.Bytes);
        }
    }
}
