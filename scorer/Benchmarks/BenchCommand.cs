using System.CommandLine;
using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Scorer.Pipeline;

namespace ParquetPool.Scorer.Benchmarks;

/// <summary><c>scorer bench</c></summary>
public static class BenchCommand
{
    private static readonly Option<string?> Model = new("--model")
    {
        Description = "A round's folder, a task's folder or an ONNX file with one input; by default an mlp and a cnn made for the purpose.",
        HelpName = "DIR|FILE.onnx",
    };

    private static readonly Option<int> Passes = new("--passes") { Description = "Committee members; five times as many are measured too.", DefaultValueFactory = _ => ScoreOptions.DefaultPasses };

    public static Command Create() => new Command(
        "bench",
        """
        Measures scoring on this machine and says which batch size and threads were fastest.

        Prints a table: the committee against as many passes of the stock model at its best batch size and against a plain matrix product,
        and pools of packed and of list columns against rows in memory. Takes a few minutes; the machine should have nothing else to do.

        Example:
          scorer bench --model models/fashion
        """)
    {
        Options = { Model, Passes },
    }.Runs((parse, context) =>
    {
        var passes = parse.GetValue(Passes);
        if (passes < 1)
        {
            throw new UsageException($"--passes is {passes}, expected at least 1");
        }
        var lines = parse.GetValue(Model) is { } model ? BenchTable.Run(model, ModelPackage.Open(model), passes) : BenchTable.Run(passes);
        Console.Out.WriteLine("| what | here | baseline in the same run | ratio | note |");
        Console.Out.WriteLine("| --- | --- | --- | --- | --- |");
        var ratios = new Dictionary<string, double>();
        foreach (var line in lines)
        {
            context.Stopping.ThrowIfCancellationRequested();
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {line.Name} | {line.Ours} | {line.Baseline} | {line.Ratio:N2} | {line.Note} |"));
            ratios[line.Name] = Math.Round(line.Ratio, 3);
        }
        CommandContext.Summarise(new { command = "bench", passes, threads = Environment.ProcessorCount, ratios });
        return Task.FromResult(ExitCode.Success);
    });
}
