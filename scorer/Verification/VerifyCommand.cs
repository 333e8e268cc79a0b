using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Errors;

namespace ParquetPool.Scorer.Verification;

/// <summary><c>scorer verify</c></summary>
internal static class VerifyCommand
{
    private static readonly Argument<string> Folder = PathArgument.Of("DIR", "A folder that the programs wrote, or one above several.");

    public static Command Create() => new Command(
        "verify",
        """
        Checks whether the files of a folder, and of all folders below, are still those that were written: by the lists of checksums that the
        programs keep (.parquetpool.sha256, which 'sha256sum -c' reads too), the records of scored shards, the manifests of models,
        and the checksums in the footers of other Parquet files.

        Ends with exit code 3 where a file is missing, changed, or of a run that was stopped before its end.

        Examples:
          scorer verify scored
          scorer verify models
        """)
    {
        Arguments = { Folder },
    }.Runs((parse, context) =>
    {
        var folder = parse.GetRequiredValue(Folder);
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"{folder}: no such folder: name one that the programs wrote");
        }
        var summary = VerifyRun.Execute(folder, context);
        CommandContext.Summarise(summary, summary.Faults.Count > 0 ? summary.Faults.Select(fault => fault.ToString()) : [$"all {summary.Files} files are as they were written"]);
        return summary.Faults.Count == 0
            ? Task.FromResult(ExitCode.Success)
            : throw new DataException($"{summary.Faults.Count} of {summary.Files} files are not as they were written: make them again, or bring back a copy");
    });
}
