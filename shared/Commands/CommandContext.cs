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

    private const string Member = "command";

    private static readonly AsyncLocal<(string? Command, bool IsQuiet)> Run = new();

    /// <summary>Says of the run which command it is, for <see cref="Summarise"/>, and whether <see cref="Tell"/> is silent (<c>--quiet</c>).</summary>
    internal static void Begin(string command, bool isQuiet) => Run.Value = (command, isQuiet);

    /// <summary>Prints a line for a reader on stdout, unless quiet.</summary>
    public static void Tell(string line)
    {
        if (!Run.Value.IsQuiet)
        {
            Console.Out.WriteLine(PlainLine.Of(line));
        }
    }

    /// <summary>What there is of several remarks, as one line for <see cref="Summarise"/>: a command ends with four lines at most, so that each is read.</summary>
    public static string Joined(params IEnumerable<string?> remarks) => string.Join("; ", remarks.Where(remark => !string.IsNullOrEmpty(remark)));

    /// <summary>Prints the last line of stdout, <paramref name="summary"/> as one line of JSON, and before it <paramref name="lines"/> for a reader: what was made, what to look at, what to type next.</summary>
    /// <remarks>Its member <c>command</c> says which command ran; where the summary says nothing of it, the run does.</remarks>
    public static void Summarise<T>(T summary, params IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            Tell(line);
        }
        var json = JsonSerializer.SerializeToNode(summary, OneLine)!.AsObject();
        if (Run.Value.Command is { } command && !json.ContainsKey(Member))
        {
            json.Insert(0, Member, command);
        }
        Console.Out.WriteLine(json.ToJsonString(OneLine));
    }
}
