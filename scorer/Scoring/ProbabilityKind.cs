using ParquetPool.Contract;
using ParquetPool.Errors;

namespace ParquetPool.Scorer.Scoring;

/// <summary>Which probabilities the scores are made of.</summary>
internal enum ProbabilityKind
{
    /// <summary>As the model gives them.</summary>
    Raw,

    /// <summary>By the temperature of the model's manifest.</summary>
    Calibrated,
}

/// <summary>The temperature of a run.</summary>
internal static class ProbabilityKinds
{
    /// <summary>1 for probabilities as the model gives them.</summary>
    /// <param name="passes">Members of the committee; 0 for a single prediction, which has a temperature of its own.</param>
    /// <exception cref="DataException">The model's manifest has no temperature.</exception>
    public static double Temperature(this ProbabilityKind kind, ModelPackage package, int passes)
    {
        if (kind == ProbabilityKind.Raw)
        {
            return 1;
        }
        var calibration = package.Manifest?.Calibration;
        return (passes == 0 ? calibration?.Single : calibration?.Committee)?.Temperature
            ?? throw new DataException($"--probabilities calibrated: {package.Path} has no temperature ({calibration?.Why ?? (package.Manifest is null ? "it has no manifest" : "its manifest names none")}), expected one that 'trainer train --calibrate temperature' fitted: train a round, or leave --probabilities out");
    }
}
