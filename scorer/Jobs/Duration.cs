using System.Globalization;

namespace ParquetPool.Scorer.Jobs;

/// <summary>Time spans as people write them: <c>90s</c>, <c>15m</c>, <c>2h</c>, <c>1d</c>.</summary>
internal static class Duration
{
    private static readonly (char Unit, TimeSpan Span)[] Units =
        [('d', TimeSpan.FromDays(1)), ('h', TimeSpan.FromHours(1)), ('m', TimeSpan.FromMinutes(1)), ('s', TimeSpan.FromSeconds(1))];

    /// <summary>More than zero and at most a year; null for any other text.</summary>
    public static TimeSpan? Parse(string text)
    {
        var unit = Units.FirstOrDefault(u => text.EndsWith(u.Unit)).Span;
        return text.Length > 1 && unit > TimeSpan.Zero
            && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            && count > 0 && count * unit.TotalDays <= 366
                ? count * unit
                : null;
    }

    /// <summary>In the largest unit of which it has at least one.</summary>
    public static string Text(TimeSpan span)
    {
        var (unit, size) = Units.FirstOrDefault(u => span >= u.Span, Units[^1]);
        return string.Create(CultureInfo.InvariantCulture, $"{span / size:0.#}{unit}");
    }
}
