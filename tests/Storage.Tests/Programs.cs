using System.Diagnostics;
using System.Text.Json;

namespace ParquetPool.Storage.Tests;

/// <summary>Runs the real programs as processes, with what they must know to reach the stores.</summary>
internal sealed class Programs(IReadOnlyDictionary<string, string> environment, string cache)
{
    /// <summary>Runs a command to its end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> Run(string program, params string[] args)
    {
        using var process = Start(program, args);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Runs a command that must succeed.</summary>
    /// <returns>The last line of stdout.</returns>
    public async Task<JsonElement> Succeeds(string program, params string[] args)
    {
        var (code, output, error) = await Run(program, args);
        code.Should().Be(0, error);
        return JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement;
    }

    /// <summary>Runs a command that must fail with one line.</summary>
    public async Task<string> Fails(int expected, string program, params string[] args)
    {
        var (code, _, error) = await Run(program, args);
        code.Should().Be(expected, error);
        error.TrimEnd().Should().NotContain("\n");
        return error.TrimEnd();
    }

    public Process Start(string program, params string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, program), [.. args, "--quiet"]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        start.Environment["PARQUETPOOL_CACHE"] = cache;
        return Process.Start(start)!;
    }
}
