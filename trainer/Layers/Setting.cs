namespace ParquetPool.Trainer.Layers;

/// <summary>Checks of one setting; each gives what is wrong and what was expected, or null.</summary>
internal static class Setting
{
    private const int Most = 65_536;

    /// <summary>A number that decides how large a layer is.</summary>
    public static string? AtLeast(string setting, int value, int least, int most = Most) =>
        value < least ? $"{setting} is {value}, expected {least} or more"
        : value > most ? $"{setting} is {value}, expected at most {most:N0}"
        : null;

    /// <summary>A dropout that may be left out.</summary>
    public static string? Rate(string setting, float value) => value is >= 0 and < 1 ? null : $"{setting} is {value}, expected 0 or more and below 1";

    /// <summary>A dropout that drops something.</summary>
    public static string? PositiveRate(string setting, float value) => value is > 0 and < 1 ? null : $"{setting} is {value}, expected above 0 and below 1";
}
