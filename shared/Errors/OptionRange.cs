using System.Globalization;

namespace ParquetPool.Errors;

/// <summary>What the value of an option may be, and the error where it is something else.</summary>
/// <param name="Holds">Whether a value may be; a NaN never may.</param>
/// <param name="Expected">What the error says was expected.</param>
/// <param name="Lacks">What another value is not, such as "cosine"; null to say just what it is.</param>
public sealed record OptionRange(Func<double, bool> Holds, string Expected, string? Lacks = null)
{
    public static readonly OptionRange AboveZero = new(value => value > 0 && double.IsFinite(value), "above 0");

    /// <summary>A share of which neither none nor all makes sense.</summary>
    public static readonly OptionRange Part = new(value => value is > 0 and < 1, "above 0 and below 1");

    public static readonly OptionRange Share = new(value => value is >= 0 and <= 1, "0 to 1", "share");

    /// <summary>A share below all.</summary>
    public static readonly OptionRange ShareBelowOne = new(value => value is >= 0 and < 1, "0 to below 1", "share");

    public static readonly OptionRange Cosine = new(value => value is >= -1 and <= 1, "-1 to 1: near-duplicates lie close to 1", "cosine");

    public static readonly OptionRange CosineAboveZero = new(value => value is > 0 and <= 1, "up to 1: near-duplicates lie close to 1", "cosine above 0");

    public static OptionRange AtLeast(double least) => new(value => value >= least && double.IsFinite(value), string.Create(CultureInfo.InvariantCulture, $"{least} or more"));

    public static OptionRange Between(double least, double most) => new(value => value >= least && value <= most, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"));

    /// <summary>The same, with what to do or why in the error.</summary>
    public OptionRange Because(string remedy) => this with { Expected = $"{Expected}: {remedy}" };

    /// <summary>Refuses other values.</summary>
    /// <param name="value">A number; null where the option is not given.</param>
    /// <exception cref="UsageException">The value is out of the range.</exception>
    public void Require(string option, IFormattable? value)
    {
        if (value is not null && !Holds(Convert.ToDouble(value, CultureInfo.InvariantCulture)))
        {
            var text = value.ToString(null, CultureInfo.InvariantCulture);
            throw new UsageException($"{option} {(Lacks is null ? $"is {text}" : $"{text} is no {Lacks}")}, expected {Expected}");
        }
    }
}
