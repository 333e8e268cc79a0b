using System.CommandLine;
using ParquetPool.Contract;

namespace ParquetPool.Scorer.Outputs;

/// <summary>The options that settle which output of a model is scored and what it holds.</summary>
internal static class OutputOptions
{
    public static readonly Option<string?> Name = new("--output")
    {
        Description = "The model's output that holds the scores, or a value inside its graph; found out by default, see 'scorer inspect'.",
        HelpName = "NAME",
    };

    public static readonly Option<string?> Kind = new("--output-kind")
    {
        Description = "What that output's numbers are; found out by default.",
        HelpName = string.Join('|', OutputKinds.Names),
    };

    /// <exception cref="Errors.UsageException">There is no such kind.</exception>
    public static OutputChoice Of(ParseResult parse) =>
        new(parse.GetValue(Name), parse.GetValue(Kind) is { } kind ? OutputKinds.Named(kind) : null);
}
