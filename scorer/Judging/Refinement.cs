using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Findings;

namespace ParquetPool.Scorer.Judging;

/// <summary>An audit's calibration with its judgements.</summary>
internal static class Refinement
{
    /// <summary>One curve per kind of which pairs are judged.</summary>
    public static IReadOnlyList<RefinedCurve> Of(FinishedAudit audit, IReadOnlyDictionary<ListedPair, Judgement> judgements)
    {
        var judged = audit.Pairs.Where(judgements.ContainsKey).ToLookup(pair => pair.Kind, pair => (pair.Similarity, judgements[pair] <= Judgement.Near));
        return
        [
            .. audit.Record.Summary.Comparisons.Select(of => of.Kind).Where(judged.Contains).Select(kind => RefinedCurve.Of(
                kind, [.. judged[kind]], audit.Record.Calibration?.Curves.FirstOrDefault(curve => curve.Kind == kind)?.Cuts ?? [],
                [.. audit.Pairs.Where(pair => pair.Kind == kind).Select(pair => pair.Similarity)], seed: 0)),
        ];
    }

    /// <summary>The precision that the audit was asked for.</summary>
    public static double WantedPrecision(FinishedAudit audit) =>
        audit.Record.Summary.Calibration is [{ WantedPrecision: { } wanted }, ..] ? wanted : CalibrationResult.DefaultPrecision;
}
