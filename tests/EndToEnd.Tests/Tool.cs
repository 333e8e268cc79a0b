using System.Diagnostics;
using System.Text.Json;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>Runs the real programs as processes, as a user does.</summary>
internal static class Tool
{
    /// <summary>What a finished process left.</summary>
    /// <param name="PeakBytes">The most memory it held, as far as sampling saw.</param>
    public sealed record Result(int ExitCode, string Output, string Error, long PeakBytes)
    {
        /// <summary>The last line of stdout, which is JSON.</summary>
        public JsonElement Summary => JsonDocument.Parse(Output.TrimEnd().Split('\n')[^1]).RootElement;
    }

    public static Task<Result> Scorer(params string[] args) => Run("scorer", args);

    /// <summary>Feeds damaged inputs to the commands.</summary>
    public static Task<Result> Fuzz(params string[] args) => Run("Fuzz", args);

    public static Task<Result> Trainer(params string[] args) => Run("trainer", args);

    /// <summary>Runs either program in a folder.</summary>
    public static Task<Result> In(string folder, string program, params string[] args) => Run(program, args, folder);

    /// <summary>Runs and expects success.</summary>
    public static async Task<Result> Succeeds(this Task<Result> running)
    {
        var result = await running;
        result.ExitCode.Should().Be(0, result.Error);
        return result;
    }

    /// <summary>Starts a program; the caller waits.</summary>
    public static Process Start(string program, params string[] args) => Start(program, [], args);

    /// <param name="environment">Variables besides those of this process.</param>
    /// <param name="folder">Where it runs; null for the temporary folder.</param>
    public static Process Start(string program, Dictionary<string, string> environment, string[] args, string? folder = null)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, program), args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    private static long Peak(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return 0; // It ended between two looks.
        }
    }

    private static async Task<Result> Run(string program, string[] args, string? folder = null)
    {
        using var process = Start(program, [], args, folder);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        long peak = 0;
        var exit = process.WaitForExitAsync();
        while (await Task.WhenAny(exit, Task.Delay(50)) != exit)
        {
            peak = Math.Max(peak, Peak(process));
        }
        return new Result(process.ExitCode, await output, await error, peak);
    }
}
