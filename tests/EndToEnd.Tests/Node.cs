using System.Diagnostics;
using System.Text;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>A <c>scorer serve --cluster</c> that runs.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder log = new();
    private readonly Task reading;
    private bool isKilled;

    private Node(Process process)
    {
        this.process = process;
        reading = Task.WhenAll(ReadAsync(process.StandardError), ReadAsync(process.StandardOutput));
    }

    /// <summary>All that it has written.</summary>
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

    public bool HasExited => process.HasExited;

    /// <summary>Whether it ended, and nobody had killed it.</summary>
    public bool EndedByItself => !isKilled && process.HasExited;

    public static Node Start(string jobs, string state, string cluster) =>
        new(Tool.Start("scorer", "serve", "--jobs", jobs, "--state", state, "--poll", "1", "--listen", "127.0.0.1:0", "--cluster", cluster, "--check-in", "1"));

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        isKilled = true;
        process.Kill();
        await process.WaitForExitAsync();
        await reading;
    }

    /// <summary>Sends a signal to it and to the commands that it has started.</summary>
    public void Signal(string signal)
    {
        var children = File.ReadAllText($"/proc/{Id}/task/{Id}/children") + string.Concat(Directory.GetDirectories($"/proc/{Id}/task").Select(thread => " " + File.ReadAllText($"{thread}/children")));
        Process.Start("kill", ["-s", signal, $"{Id}", .. children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct()]).WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            Process.Start("kill", ["-s", "TERM", $"{Id}"]).WaitForExit();
            await process.WaitForExitAsync();
            await reading;
        }
        process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (log)
            {
                log.AppendLine(line);
            }
        }
    }
}
