using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using ParquetPool.Commands;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Jobs;

/// <summary>Runs a job's command as a process of this program: its memory, its crashes and its end are its own.</summary>
internal sealed class JobProcess(TimeProvider clock, ILogger log)
{
    /// <summary>Keeps the memory of a service flat, as no method is compiled a second time; what computes is faster without it.</summary>
    private const string Untiered = "DOTNET_TieredCompilation";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    /// <summary>Runs a command line until it ends, from where an earlier attempt left it.</summary>
    /// <remarks>Ends with <see cref="OperationCanceledException"/> when <paramref name="stopping"/> says so; nothing of it goes on then.</remarks>
    /// <param name="folder">The folder it runs in.</param>
    /// <param name="mark">The file that says which process it is, while it runs.</param>
    /// <param name="errors">The file to which its stderr goes.</param>
    /// <param name="report">Takes how far it is.</param>
    public async Task<RunOutcome> RunAsync(IReadOnlyList<string> arguments, string folder, string mark, string errors, Action<StageProgress> report, CancellationToken stopping)
    {
        if (File.Exists(mark))
        {
            // A service that was killed may have left it behind.
            await ProcessMark.EndAsync(await File.ReadAllTextAsync(mark, stopping), stopping);
        }
        using var process = Start(arguments, folder);
        try
        {
            WholeFile.Write(mark, file => file.Write(System.Text.Encoding.UTF8.GetBytes(ProcessMark.Of(process.Id) ?? $"{process.Id}")), isPrivate: true);
        }
        catch
        {
            process.Kill(); // Or it would write on beside the next attempt, which could not know of it.
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
        var output = LastLineAsync(process.StandardOutput);
        var error = ErrorsAsync(process.StandardError, errors, report);
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
        File.Delete(mark);
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

    private static Process Start(IReadOnlyList<string> arguments, string folder)
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

    /// <summary>Reports progress and writes everything else to a file.</summary>
    /// <remarks>It reads on where the file cannot be written, as on a full disk: a command whose stderr nobody reads waits for ever.</remarks>
    /// <returns>The last line that is no progress.</returns>
    private async Task<string?> ErrorsAsync(StreamReader error, string path, Action<StageProgress> report)
    {
        var (last, isWhole) = ((string?)null, true);
        while (await error.ReadLineAsync() is { } line)
        {
            if (StageProgress.Of(line) is { } progress)
            {
                report(progress);
                continue;
            }
            last = line;
            try
            {
                await AppendAsync(path, line + "\n");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (isWhole)
                {
                    log.LogNotWritten(path, e.Message);
                }
                isWhole = false;
            }
        }
        return last;
    }

    /// <summary>What a command says may name what others must not know.</summary>
    private static async Task AppendAsync(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        await using var file = new FileStream(path, options);
        await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
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
