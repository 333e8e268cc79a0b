using System.CommandLine;
using ParquetPool.Commands;

namespace ParquetPool.Trainer.Demo;

/// <summary><c>trainer demo</c></summary>
internal static class DemoCommand
{
    private static readonly Option<string> Out = new("--out") { Description = "The folder for everything the demo makes.", DefaultValueFactory = _ => "demo", HelpName = "DIR" };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides the pool and all that follows.", DefaultValueFactory = _ => 1 };

    public static Command Create() => new Command(
        "demo",
        """
        Makes a small multimodal pool with planted near-duplicates, trains on a few labels, scores the rest, audits the splits, and says what it found.

        Example:
          trainer demo
        """)
    {
        Options = { Out, Seed },
    }.Runs(async (parse, context) =>
    {
        CommandContext.Summarise(await DemoRun.ExecuteAsync(parse.GetRequiredValue(Out), parse.GetValue(Seed), context));
        return ExitCode.Success;
    });
}
