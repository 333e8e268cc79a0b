using System.Text.Json;

namespace ParquetPool.Commands;

/// <summary>How far a step of a command is: a line of JSON on stderr, for the service that started it.</summary>
/// <param name="Stage">The step, e.g. <c>scoring</c>.</param>
/// <param name="Done">In <paramref name="Unit"/>, of <paramref name="Total"/>.</param>
/// <param name="Seconds">Since the step began.</param>
/// <param name="Ended">Whether the step is done.</param>
public sealed record StageProgress(string Stage, long Done, long Total, string Unit, double Seconds, bool Ended)
{
    /// <summary>Units per second so far.</summary>
    public double Rate() => Done / Math.Max(Seconds, 1e-9);

    /// <summary>The line.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>Reads a line of stderr; null where it is another one.</summary>
    public static StageProgress? Of(string line)
    {
        try
        {
            return line.StartsWith("{\"stage\":", StringComparison.Ordinal) ? JsonSerializer.Deserialize<StageProgress>(line, JsonSerializerOptions.Web) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
