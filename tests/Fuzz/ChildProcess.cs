using System.Diagnostics;
using System.Text;

namespace ParquetPool.Fuzz;

/// <summary>A process that takes mutants in turn, so that a crash of a native library is seen and survived.</summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>Of processor time for one mutant.</summary>
    public const double MostSeconds = 20;

    public const long MostBytes = 2L << 30;

    /// <summary>What stands before an answer.</summary>
    public const string Mark = "#verdict ";

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);
    private readonly Process process;
    private readonly StringBuilder noise = new();

    public ChildProcess(string stage, ulong seed)
    {
        process = Process.Start(Info("child", stage, seed.ToString(System.Globalization.CultureInfo.InvariantCulture)))!;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (noise)
            {
                noise.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
    }

    public bool HasEnded => process.HasExited;

    /// <summary>Of processor time that the last mutant took.</summary>
    public double Seconds { get; private set; }

    /// <summary>The most memory seen meanwhile.</summary>
    public long Bytes { get; private set; }

    /// <summary>Runs to the end.</summary>
    public static async Task RunAsync(params string[] args)
    {
        using var process = Process.Start(Info(args))!;
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', args)}: {await error}");
        }
    }

    /// <summary>Runs one mutant.</summary>
    public async Task<Finding> TryAsync(string kind, string mutant)
    {
        lock (noise)
        {
            noise.Clear();
        }
        var start = process.TotalProcessorTime;
        await process.StandardInput.WriteLineAsync($"{kind} {mutant}");
        await process.StandardInput.FlushAsync();
        var answer = AnswerAsync();
        Bytes = 0;
        while (await Task.WhenAny(answer, Task.Delay(Glance)) != answer)
        {
            process.Refresh();
            if (process.HasExited)
            {
                break;
            }
            Bytes = Math.Max(Bytes, process.WorkingSet64);
            if (Bytes > MostBytes)
            {
                return End(Verdict.Large, $"{Bytes >> 20} MB");
            }
            if ((process.TotalProcessorTime - start).TotalSeconds > MostSeconds)
            {
                return End(Verdict.Slow, "");
            }
        }
        var said = await answer;
        if (said is null)
        {
            await process.WaitForExitAsync();
            return new Finding(Verdict.Died, $"exit code {process.ExitCode}: {Noise()}");
        }
        process.Refresh();
        Seconds = (process.TotalProcessorTime - start).TotalSeconds;
        var parts = said.Split(' ', 2);
        var finding = new Finding(Enum.Parse<Verdict>(parts[0]), parts[1]);
        return finding.IsGood && Noise() is { Length: > 0 } heard ? new Finding(Verdict.Noisy, $"{finding.Words} | {heard}") : finding;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }
        process.Dispose();
    }

    private static ProcessStartInfo Info(params string[] args)
    {
        var info = new ProcessStartInfo(Environment.ProcessPath!, args) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["OMP_WAIT_POLICY"] = "passive";
        info.Environment["Logging__LogLevel__ParquetPool"] = "Debug"; // Traces of what nobody expected.
        info.Environment["DOTNET_gcConcurrent"] = "0";
        return info;
    }

    private Finding End(Verdict verdict, string words)
    {
        process.Kill();
        process.WaitForExit();
        return new Finding(verdict, words);
    }

    private async Task<string?> AnswerAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                return line[Mark.Length..];
            }
        }
        return null;
    }

    private string Noise()
    {
        lock (noise)
        {
            return noise.ToString().Trim().ReplaceLineEndings(" / ");
        }
    }
}
