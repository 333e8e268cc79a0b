using System.CommandLine;
using ParquetPool.Commands;

namespace ParquetPool.Scorer.Packing;

/// <summary><c>scorer pack</c></summary>
internal static class PackCommand
{
    private static readonly Option<string[]> Pool = new("--pool")
    {
        Description = "Parquet files, folders or globs.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "GLOB",
    };

    private static readonly Option<string> Out = new("--out") { Description = "The folder for the packed shards.", Required = true, HelpName = "DIR" };

    private static readonly Option<string[]> Features = new("--features")
    {
        Description = "The columns to pack; by default every list of floats or doubles.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "COLUMN",
    };

    public static Command Create() => new Command(
        "pack",
        """
        Rewrites a pool so that it is read faster: lists of numbers become packed little-endian float32, all other columns stay as they are.

        Writes one file per shard, under the shard's name, and says how much faster the pool is read now. Doubles are rounded to float32,
        as scoring does anyway. Scores do not change.

        Example:
          scorer pack --pool pool --out packed
        """)
    {
        Options = { Pool, Out, Features },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var summary = await PackRun.ExecuteAsync(parse.GetRequiredValue(Pool), parse.GetRequiredValue(Out), parse.GetValue(Features) ?? [], context);
        CommandContext.Summarise(
            summary,
            FormattableString.Invariant($"the packed pool is read at {summary.RowsPerSecondAfter:N0} rows/s, {summary.Faster:N1} times as fast as before ({summary.RowsPerSecondBefore:N0} rows/s)"),
            $"name it in place of the other: --pool {summary.Pool}");
        return ExitCode.Success;
    }, Pool);
}
