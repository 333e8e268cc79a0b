using System.CommandLine;
using ParquetPool.Commands;

namespace ParquetPool.Scorer.JobFiles;

/// <summary><c>scorer jobs</c></summary>
internal static class JobsCommand
{
    private static readonly Argument<string> File = PathArgument.Of("FILE", "The jobs file.");

    public static Command Create() => new("jobs", "Looks at a jobs file.") { Check() };

    private static Command Check() => new Command(
        "check",
        """
        Says what is wrong in a jobs file, each mistake with its line and column, and exits with 3 where there is any.

        The options of each job are judged by its command itself. Nothing is run.

        Example:
          scorer jobs check jobs.json
        """)
    {
        Arguments = { File },
    }.Runs((parse, context) =>
    {
        var jobs = JobsFile.Load(parse.GetRequiredValue(File), context.Clock);
        CommandContext.Summarise(
            new { command = "jobs check", jobs = jobs.Jobs.Count },
            jobs.Jobs.Select(job => $"{job.Name}: {job.Command}, {(job.Triggers.Count == 0 ? "by hand" : string.Join(", ", job.Triggers.Select(trigger => trigger.Words)))}"));
        return Task.FromResult(ExitCode.Success);
    });
}
