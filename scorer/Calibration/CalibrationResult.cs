using ParquetPool.Statistics;

namespace ParquetPool.Scorer.Calibration;

/// <summary>What an audit knows of its cosines.</summary>
/// <param name="Curves">One per kind of pairs.</param>
/// <param name="Copies">Null where none were sought.</param>
internal sealed record CalibrationResult(IReadOnlyList<CalibrationCurve> Curves, CopyTrial? Copies)
{
    /// <summary>The precision that is told where none is asked for.</summary>
    public const double DefaultPrecision = 0.9;

    /// <summary>What to do where no precision can be told or reached.</summary>
    internal const string Instead = "judge the nearest pairs, which are listed without --precision, or take a --threshold";

    /// <summary>The cosine for a wanted precision, or, where that is null, recall, of each kind.</summary>
    public IReadOnlyList<CalibratedThreshold> Thresholds(double? precision, double? recall) =>
        [.. Curves.Select(curve => recall is { } wanted ? ForRecall(curve, wanted) : ForPrecision(curve, precision ?? DefaultPrecision))];

    private CalibratedThreshold ForPrecision(CalibrationCurve curve, double wanted)
    {
        var cut = curve.AtPrecision(wanted);
        return new CalibratedThreshold(
            Kind: curve.Kind,
            WantedPrecision: wanted,
            WantedRecall: null,
            Similarity: cut?.Similarity,
            Pairs: cut?.Pairs,
            Precision: cut?.Precision,
            Interval: cut?.Interval,
            Recall: cut is null ? null : Copies?.RecallAt(cut.Similarity),
            Lack: curve.Lack ?? (cut is not null ? null
                : FormattableString.Invariant($"no similarity reaches precision {wanted}: at the best, from similarity {curve.Best!.Similarity:F4} on, about {curve.Best.Precision:P0} of {curve.Best.Pairs:N0} pairs are nearer than chance explains, as it seems too where rows have five copies or more; {Instead}")));
    }

    private CalibratedThreshold ForRecall(CalibrationCurve curve, double wanted)
    {
        var least = Copies?.AtRecall(wanted);
        var cut = least is { } similarity ? curve.Cuts.FirstOrDefault(c => c.Similarity <= similarity) : null;
        return new CalibratedThreshold(
            Kind: curve.Kind,
            WantedPrecision: null,
            WantedRecall: wanted,
            Similarity: least,
            Pairs: cut?.Pairs,
            Precision: cut?.Precision,
            Interval: cut?.Interval,
            Recall: least is null ? null : Copies!.RecallAt(least.Value),
            Lack: least is not null ? null : FormattableString.Invariant($"no similarity reaches recall {wanted}: of {Copies?.Copies ?? 0:N0} altered copies {Copies?.Found ?? 0:P1} have their original nearest; compare a better embedding (trainer embed)"));
    }
}

/// <summary>The cosine for a wanted precision or recall.</summary>
/// <param name="Similarity">Null where <paramref name="Lack"/> tells why there is none.</param>
/// <param name="Pairs">Nearest pairs from there on.</param>
/// <param name="Precision">The estimated share of real duplicates among them.</param>
/// <param name="Interval">Its middle 95 % over bootstrap resamples.</param>
/// <param name="Recall">The share of altered copies found from there on.</param>
internal sealed record CalibratedThreshold(
    string Kind, double? WantedPrecision, double? WantedRecall, double? Similarity, double? Pairs, double? Precision, Interval? Interval, double? Recall, string? Lack)
{
    /// <summary>A line for people.</summary>
    public override string ToString() =>
        Similarity is null
            ? Lack!
            : FormattableString.Invariant($"{(WantedRecall is { } r ? $"recall {r}" : $"precision {WantedPrecision}")} is at similarity {Similarity:F5}: {Pairs ?? 0:N0} nearest pairs")
                + (Precision is null ? "" : FormattableString.Invariant($", about {Precision:P0} of them real ({Interval!.Low:P0} to {Interval.High:P0})"))
                + (Recall is null ? "" : FormattableString.Invariant($", {Recall:P0} of altered copies found"));
}
