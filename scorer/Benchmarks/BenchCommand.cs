using System.CommandLine;
using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Scorer.Scoring;

namespace ParquetPool.Scorer.Benchmarks;

/// <summary><c>scorer bench</c></summary>
internal static class BenchCommand
{
    private static readonly Option<string?> Model = new("--model")
    {
        Description = "A round's folder, a task's folder or an ONNX file; by default an mlp and a cnn made for the purpose.",
        HelpName = "DIR|FILE.onnx",
    };

    private static readonly Option<int> Passes = new("--passes") { Description = "Committee members; five times as many are measured too.", DefaultValueFactory = _ => ScoreOptions.DefaultPasses };

    private static readonly Option<bool> Memory = new("--memory")
    {
        Description = "Measure instead the peak memory of scoring 1,000,000 rows of 512 numbers against 100,000; needs 2.5 GB of temporary disk.",
    };

    public static Command Create() => new Command(
        "bench",
        """
        Measures scoring on this machine and says which batch size and threads are fastest.

        Prints a table: the committee against as many passes of the stock model at its best batch size and against a plain matrix product,
        and pools of packed and of list columns against rows in memory; then the options for 'scorer score'. Takes a few minutes; the
        machine should have nothing else to do.

        Examples:
          scorer bench --model models/fashion
          scorer bench --memory
        """)
    {
        Options = { Model, Passes, Memory },
    }.Runs(async (parse, context) =>
    {
        var passes = parse.GetValue(Passes);
        OptionRange.AtLeast(1).Require("--passes", passes);
        if (parse.GetValue(Memory) && parse.GetValue(Model) is not null)
        {
            throw new UsageException("--memory measures a model of its own: leave --model out");
        }
        IReadOnlyList<(string Name, ModelPackage Package)> models = parse.GetValue(Model) is { } model
            ? [(model, ModelPackage.Open(model))]
            : [("mlp 512-512-512-50", ReferenceModels.Mlp()), ("cnn 28x28", ReferenceModels.Cnn())];
        Console.Out.WriteLine("| what | here | baseline in the same run | ratio | note |");
        Console.Out.WriteLine("| --- | --- | --- | --- | --- |");
        List<BenchmarkResult> lines = [];
        if (parse.GetValue(Memory))
        {
            Print(await MemoryBenchmark.RunAsync(passes, context));
        }
        else
        {
            foreach (var line in models.SelectMany(m => BenchTable.Run(m.Name, m.Package, passes, BenchTable.PoolRows, context)))
            {
                Print(line);
            }
        }
        var fastest = lines.Select(l => l.Settings).FirstOrDefault(s => s is not null);
        if (fastest is not null)
        {
            Console.Out.WriteLine($"fastest here for {models[0].Name}: {fastest}");
        }
        CommandContext.Summarise(new { command = "bench", passes, fastest, ratios = lines.ToDictionary(l => l.Name, l => Math.Round(l.Ratio, 3)) });
        return ExitCode.Success;

        void Print(BenchmarkResult line)
        {
            lines.Add(line);
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {line.Name} | {line.Ours} | {line.Baseline} | {line.Ratio:N2} | {line.Note} |"));
        }
    });
}
