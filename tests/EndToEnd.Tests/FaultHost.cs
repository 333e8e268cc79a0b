using System.Diagnostics;
using System.Text.Json;
using ParquetPool.FaultHost;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>How an operation on a file fails, as <c>faults.c</c> numbers it.</summary>
internal enum Fault
{
    /// <summary>Once, with an error of the device.</summary>
    Error,

    /// <summary>Half of the bytes are written; then there is no room.</summary>
    Short,

    /// <summary>There is no room, for this and all that follow.</summary>
    NoRoom,

    /// <summary>Nothing is written, renamed or removed any more, as after a kill.</summary>
    Killed,

    /// <summary>Once, an error of the device where something is read: of this one, what reads is counted.</summary>
    Unreadable,
}

/// <summary>A process that runs commands, one after another, and lets file operations fail.</summary>
internal sealed class FaultHost : IDisposable
{
    private readonly Process process;

    public FaultHost(string folder)
    {
        var library = Path.Combine(folder, "faults.so");
        using (var compiler = Process.Start("gcc", ["-shared", "-fPIC", "-O1", "-o", library, Path.Combine(RealData.Root(), "tests", "FaultHost", "faults.c"), "-ldl"]))
        {
            compiler.WaitForExit();
            compiler.ExitCode.Should().Be(0, "the library of faults must compile");
        }
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "FaultHost"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LD_PRELOAD"] = library;
        start.Environment["PARQUETPOOL_CACHE"] = Path.Combine(folder, "cache");
        process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
    }

    /// <summary>Runs a command; operations on files below a folder are counted.</summary>
    /// <param name="at">The one that fails; 0 for none.</param>
    public Answer Run(string program, string[] arguments, string below, long at = 0, Fault fault = Fault.Error) =>
        Ask(new Request(program, [.. arguments, "-q"], below, at, (int)fault));

    /// <summary>Plays histories of labels in a folder.</summary>
    public Answer PlayLabelHistories(string count, string place) => Ask(new Request("histories", [count, place], "/nowhere", 0, 0));

    private Answer Ask(Request request)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(request));
        process.StandardInput.Flush();
        return process.StandardOutput.ReadLine() is { } line ? JsonSerializer.Deserialize<Answer>(line)! : throw new InvalidOperationException($"the process died: {request.Program} {string.Join(' ', request.Arguments)}, operation {request.At}, {(Fault)request.Kind}");
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
