using ParquetPool.Errors;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Judging;

namespace ParquetPool.Scorer.Purging;

/// <summary>A pair that lets a test row be known beforehand.</summary>
/// <param name="Judgement">What people say of it; null where nobody does.</param>
/// <param name="Rule">Why it counts, in words.</param>
internal sealed record Leak(ListedPair Pair, Judgement? Judgement, string Rule)
{
    /// <summary>The leaks of an audit, nearest first: by a threshold, or else by judgements, where a pair that is identical in what was compared and that nobody judged counts as exact.</summary>
    /// <exception cref="DataException">There is neither a threshold nor a judgement.</exception>
    public static IReadOnlyList<Leak> Of(FinishedAudit audit, PurgeOptions options)
    {
        var judgements = JudgedPairs.Read(audit);
        if (judgements is null && options.Threshold is null)
        {
            throw new DataException($"{audit.Folder} holds no judgements: judge the pairs in {FinishedAudit.PageName} and run 'scorer judge', or give a --threshold");
        }
        return [.. audit.Pairs.Select(pair => Of(pair, judgements is not null && judgements.TryGetValue(pair, out var judgement) ? judgement : null, options)).OfType<Leak>()];
    }

    private static Leak? Of(ListedPair pair, Judgement? judgement, PurgeOptions options)
    {
        if (options.Threshold is { } threshold)
        {
            return pair.Similarity >= threshold ? new Leak(pair, judgement, FormattableString.Invariant($"cosine at least {threshold}")) : null;
        }
        return judgement is { } judged
            ? options.Judged.Contains(judged) ? new Leak(pair, judged, $"judged {judged.Word()}") : null
            : pair.Exact && options.Judged.Contains(Judging.Judgement.Exact) ? new Leak(pair, null, "identical") : null;
    }
}
