using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>A <c>scorer serve</c> that runs.</summary>
internal sealed partial class Service : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder log = new();
    private readonly TaskCompletionSource<Uri> address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task reading;

    private Service(Process process)
    {
        this.process = process;
        reading = ReadAsync();
    }

    /// <summary>All that it has written to stderr.</summary>
    public string Log
    {
        get
        {
            lock (log)
            {
                return log.ToString();
            }
        }
    }

    public int Id => process.Id;

    public int ExitCode => process.ExitCode;

    /// <summary>Where its status page is.</summary>
    public Uri Address => address.Task.Result;

    /// <summary>Starts a service and waits until it answers.</summary>
    public static Task<Service> StartAsync(string jobs, string state, params string[] options) => StartAsync(jobs, state, new Dictionary<string, string>(), options);

    /// <param name="environment">Variables besides those of this process.</param>
    public static async Task<Service> StartAsync(string jobs, string state, Dictionary<string, string> environment, params string[] options)
    {
        var service = new Service(Tool.Start("scorer", environment, ["serve", "--jobs", jobs, "--state", state, "--poll", "1", "--listen", "127.0.0.1:0", .. options]));
        if (await Task.WhenAny(service.address.Task, service.reading) != service.address.Task)
        {
            throw new InvalidOperationException($"the service did not start: {service.Log}");
        }
        return service;
    }

    /// <summary>Waits until something holds.</summary>
    public Task UntilAsync(Func<bool> holds) => Waiting.UntilAsync(holds, () => Log.Length, () => Log, () => process.HasExited);

    /// <summary>SIGKILL: what it had started is not told.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as systemd stops a service.</summary>
    public async Task StopAsync()
    {
        Process.Start("kill", ["-s", "TERM", $"{process.Id}"]).WaitForExit();
        await process.WaitForExitAsync();
        await reading;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await StopAsync();
        }
        process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            lock (log)
            {
                log.AppendLine(line);
            }
            if (StatusPageAt().Match(line) is { Success: true } match)
            {
                address.TrySetResult(new Uri(match.Groups[1].Value));
            }
        }
    }

    [GeneratedRegex("status page at (http\\S+)")]
    private static partial Regex StatusPageAt();
}
