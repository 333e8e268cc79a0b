using System.Diagnostics;
using System.Text.Json;
using ParquetPool.Commands;
using ParquetPool.Contract;

namespace ParquetPool.Scorer.Jobs;

/// <summary>Runs a job's command as a process of this program: its memory, its crashes and its end are its own.</summary>
/// <param name="folder">The folder it runs in.</param>
internal sealed class JobProcess(StateFolder state, string folder, TimeProvider clock)
{
    /// <summary>Keeps the memory of a service flat, as no method is compiled a second time; what computes is faster without it.</summary>
    private const string Untiered = "DOTNET_TieredCompilation";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    /// <inheritdoc cref="JobExecution"/>
    public async Task<RunOutcome> RunAsync(JobRun run, IReadOnlyList<string> arguments, Action<StageProgress> report, CancellationToken stopping)
    {
        if (File.Exists(state.ProcessOf(run)))
        {
            // A service that was killed may have left it behind.
            await ProcessMark.EndAsync(await File.ReadAllTextAsync(state.ProcessOf(run), stopping), stopping);
        }
        using var process = Start(arguments);
        WholeFile.Write(state.ProcessOf(run), file => file.Write(System.Text.Encoding.UTF8.GetBytes(ProcessMark.Of(process.Id) ?? $"{process.Id}")));
        var output = LastLineAsync(process.StandardOutput);
        var error = ErrorsAsync(process.StandardError, state.LogOf(run), report);
        await using (stopping.Register(process.StandardInput.Close))
        {
            await Task.WhenAny(process.WaitForExitAsync(CancellationToken.None), Task.Delay(Timeout.Infinite, stopping));
        }
        if (!process.HasExited)
        {
            await Task.WhenAny(process.WaitForExitAsync(CancellationToken.None), Task.Delay(Grace, clock, CancellationToken.None));
            process.Kill();
        }
        await process.WaitForExitAsync(CancellationToken.None);
        var (summary, message) = (await output, await error);
        process.StandardInput.Dispose();
        process.StandardOutput.Dispose();
        process.StandardError.Dispose();
        File.Delete(state.ProcessOf(run));
        if (process.ExitCode == ExitCode.Success)
        {
            return new RunOutcome(ExitCode.Success, Json(summary), null);
        }
        stopping.ThrowIfCancellationRequested();
        if (process.ExitCode == ExitCode.Cancelled)
        {
            throw new OperationCanceledException(); // Ctrl-C at a terminal goes to both processes.
        }
        return new RunOutcome(process.ExitCode, null, message ?? $"ended with exit code {process.ExitCode}{(process.ExitCode == 137 ? " (killed: was memory short?)" : "")}");
    }

    private Process Start(IReadOnlyList<string> arguments)
    {
        var program = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        var start = new ProcessStartInfo(program, isHost ? [typeof(JobProcess).Assembly.Location, .. arguments] : arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment[CommandHost.ServiceVariable] = "1";
        start.Environment.Remove(Untiered);
        return Process.Start(start)!;
    }

    private static async Task<string?> LastLineAsync(StreamReader output)
    {
        string? last = null;
        while (await output.ReadLineAsync() is { } line)
        {
            last = line;
        }
        return last;
    }

    /// <summary>Reports progress and writes everything else to the log.</summary>
    /// <returns>The last line that is no progress.</returns>
    private static async Task<string?> ErrorsAsync(StreamReader error, string log, Action<StageProgress> report)
    {
        string? last = null;
        while (await error.ReadLineAsync() is { } line)
        {
            if (StageProgress.Of(line) is { } progress)
            {
                report(progress);
                continue;
            }
            last = line;
            await File.AppendAllTextAsync(log, line + "\n");
        }
        return last;
    }

    private static JsonElement? Json(string? line)
    {
        try
        {
            return line is null ? null : JsonSerializer.Deserialize<JsonElement>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
