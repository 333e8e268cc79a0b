using ParquetPool.Contract;
using ParquetPool.Scorer.Outputs;

namespace ParquetPool.Scorer.Records;

/// <summary>The model's output that a run scored.</summary>
/// <param name="Kind">What its numbers are.</param>
/// <param name="Reason">For a reader.</param>
/// <param name="Named">What the command line or the manifest said its name was; null where it was found out.</param>
/// <param name="Said">What they said its kind was; null where it was found out.</param>
internal sealed record RunOutput(string Name, string Kind, string Reason, string? Named, string? Said)
{
    internal static RunOutput Of(ScoreOutput output, ModelPackage package) =>
        new(output.Name, OutputKinds.NameOf(output.Kind), output.Reason, package.Output.Name, package.Output.Kind is { } kind ? OutputKinds.NameOf(kind) : null);

    /// <summary>The choice by which the same output is found again.</summary>
    internal OutputChoice Choice => new(Named, Said is null ? null : OutputKinds.Named(Said));
}
