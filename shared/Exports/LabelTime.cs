using System.Globalization;

namespace ParquetPool.Exports;

/// <summary>Times as labelling tools write them.</summary>
internal static class LabelTime
{
    private const double LeastSeconds = 1e8; // 1973: smaller numbers are no times.
    private const double LeastMilliseconds = 1e11;
    private const double LeastMicroseconds = 1e14;
    private const double LeastNanoseconds = 1e17;
    private const double MostNanoseconds = 1e19;

    /// <summary>The time: year first, in whatever zone, or seconds, milli-, micro- or nanoseconds since 1970; null where the text is none. Without a zone it is UTC.</summary>
    public static DateTimeOffset? Parse(string? text)
    {
        text = text?.Trim() ?? "";
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return number switch
            {
                >= LeastNanoseconds and < MostNanoseconds => Since(number / 1e9),
                >= LeastMicroseconds and < LeastNanoseconds => Since(number / 1e6),
                >= LeastMilliseconds and < LeastMicroseconds => Since(number / 1e3),
                >= LeastSeconds and < LeastMilliseconds => Since(number),
                _ => null,
            };
        }
        text = text.EndsWith(" UTC", StringComparison.OrdinalIgnoreCase) ? text[..^4] + "Z" : text;
        return text.Length >= 8 && text.AsSpan(0, 4).ContainsAnyExceptInRange('0', '9') == false && text[4] is '-' or '/'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year > 1970
            ? time
            : null;
    }

    private static DateTimeOffset? Since(double seconds) =>
        seconds < (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).TotalSeconds ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;
}
