using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace ParquetPool.Commands;

/// <summary>What a command works with: its log, its clock, its progress, and the word to stop.</summary>
/// <param name="Log">Goes to stderr.</param>
/// <param name="Clock">The only clock a command reads.</param>
/// <param name="Progress">Goes to stderr.</param>
/// <param name="Stopping">Cancelled by Ctrl-C and SIGTERM.</param>
public sealed record CommandContext(ILogger Log, TimeProvider Clock, ProgressDisplay Progress, CancellationToken Stopping)
{
    private static readonly JsonSerializerOptions OneLine = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly AsyncLocal<bool> Quiet = new();

    /// <summary>Whether <see cref="Tell"/> is silent: <c>--quiet</c> of the run.</summary>
    internal static void BeQuiet(bool quiet) => Quiet.Value = quiet;

    /// <summary>Prints a line for a reader on stdout, unless quiet.</summary>
    public static void Tell(string line)
    {
        if (!Quiet.Value)
        {
            Console.Out.WriteLine(PlainLine.Of(line));
        }
    }

    /// <summary>Prints the last line of stdout, <paramref name="summary"/> as one line of JSON, and before it <paramref name="lines"/> for a reader: what was made, what to look at, what to type next.</summary>
    public static void Summarise<T>(T summary, params IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Tell(line);
        }
        Console.Out.WriteLine(JsonSerializer.Serialize(summary, OneLine));
    }
}
