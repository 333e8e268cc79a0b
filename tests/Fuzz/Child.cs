namespace ParquetPool.Fuzz;

/// <summary>What a child process does: runs the mutants that stdin names.</summary>
internal static class Child
{
    /// <param name="seed">Of the mutants that are named by numbers.</param>
    public static async Task ServeAsync(Stage stage, ulong seed)
    {
        var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var (name, mutant) = (line.Split(' ', 2)[0], line.Split(' ', 2)[1]);
            var kind = Kinds.All.First(k => k.Name == name);
            var made = int.TryParse(mutant, out var number) ? Mutant.Of(stage, kind, number, seed)
                : kind.Files.Contains(mutant) ? new Mutant(mutant, stage.Bytes(mutant))
                : new Mutant(FileOf(kind, mutant), File.ReadAllBytes(mutant));
            var finding = await Attempt.RunAsync(stage, kind, made);
            await output.WriteLineAsync($"{ChildProcess.Mark}{finding.Verdict} {finding.Words.ReplaceLineEndings(" / ")}");
        }
    }

    /// <summary>Which file a piece of the corpus stands for: its name ends as that one's does.</summary>
    private static string FileOf(Kind kind, string path) =>
        kind.Files.FirstOrDefault(file => path.EndsWith(Path.GetFileName(file), StringComparison.Ordinal)) ?? kind.Files.FirstOrDefault(file => Path.GetExtension(file) == Path.GetExtension(path)) ?? kind.Files[0];
}
