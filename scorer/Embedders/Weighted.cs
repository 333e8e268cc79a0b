using System.Globalization;
using ParquetPool.Errors;

namespace ParquetPool.Scorer.Embedders;

/// <summary>Something to compare and how much it counts beside the others.</summary>
internal readonly record struct Weighted(string Name, double Weight)
{
    /// <summary>Reads <c>NAME</c> (weight 1) or <c>NAME:WEIGHT</c>; what exists by the whole text is taken for a name.</summary>
    /// <exception cref="UsageException">The weight is not above 0.</exception>
    public static Weighted Parse(string option, string text, Func<string, bool> exists) =>
        !exists(text) && text.LastIndexOf(':') is > 0 and var colon && double.TryParse(text[(colon + 1)..], CultureInfo.InvariantCulture, out var weight)
            ? new Weighted(text[..colon], Check(option, text, weight))
            : new Weighted(text, 1);

    /// <summary>The weight, if it is one.</summary>
    /// <exception cref="UsageException">It is not above 0, or not finite.</exception>
    public static double Check(string option, string text, double weight) =>
        weight > 0 && double.IsFinite(weight) ? weight : throw new UsageException(FormattableString.Invariant($"{option} {text} has weight {weight}, expected a number above 0"));
}
