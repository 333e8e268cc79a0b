namespace ParquetPool.Fuzz;

/// <summary>Values that readers stumble over.</summary>
internal static class Extremes
{
    private static readonly string[] Words =
    [
        "", "null", "true", "0", "-1", "1", "2147483647", "2147483648", "-2147483649", "9223372036854775807", "18446744073709551616", "1e999", "-1e999", "1e308", "1e-400", "NaN", "Infinity", "0.5", "1048576",
        "[]", "{}", "[[]]", "\"\"", "\"x\"", "\"../../../x\"", "\"/etc/passwd\"", "\"\\ud800\"", "\"\\u0000\"", "\"a\\nb\"", "\"=1+1\"", "\"1e999\"", "\"2026-13-40\"", "\"0001-01-01T00:00:00Z\"", "\"s3://x/y\"", "[null]", "[1e999]", "{\"\":null}",
    ];

    /// <summary>A value as JSON has it, right or not.</summary>
    public static string Json(Random draw) => draw.Next(12) switch
    {
        0 => $"\"{new string('x', draw.Next(3) == 0 ? 1_000_000 : 5_000)}\"",
        1 => Nested(draw.Next(2) == 0 ? 70 : 20_000, "[", "]"),
        2 => Nested(draw.Next(2) == 0 ? 70 : 5_000, "{\"a\":", "}"),
        _ => Words[draw.Next(Words.Length)],
    };

    /// <summary>A value as a table has it.</summary>
    public static string Text(Random draw) => draw.Next(12) switch
    {
        0 => new string('x', draw.Next(3) == 0 ? 1_000_000 : 5_000),
        1 => "\"",
        2 => "\"a\nb\"",
        3 => "a,b",
        4 => "\u0001\u001b[31m",
        _ => Words[draw.Next(Words.Length)].Trim('"'),
    };

    public static long Whole(Random draw) => draw.Next(8) switch
    {
        0 => 0,
        1 => -1,
        2 => int.MaxValue,
        3 => int.MinValue,
        4 => long.MaxValue,
        5 => long.MinValue,
        6 => 1 << 20,
        _ => draw.Next(-3, 40),
    };

    private static string Nested(int depth, string open, string close) => string.Concat(Enumerable.Repeat(open, depth)) + (open == "[" ? "" : "1") + string.Concat(Enumerable.Repeat(close, depth));
}
