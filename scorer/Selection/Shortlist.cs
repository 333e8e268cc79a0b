using ParquetPool.Scorer.Acquisition;

namespace ParquetPool.Scorer.Selection;

/// <summary>The rows that a selection looks at, taken from one pass over the scores.</summary>
/// <param name="Rows">Candidates and reserve, ordered by id in ordinal order: an order that no sharding changes.</param>
/// <param name="Keys">[row]: the strategy's key, high first.</param>
/// <param name="IsCandidate">[row]: among the rows with the highest keys.</param>
/// <param name="IsReserve">[row]: drawn evenly from the whole pool, for exploration.</param>
/// <param name="Labelled">Rows of the pool that may not be selected, ordered by id.</param>
/// <param name="Selectable">Rows of the pool that may be.</param>
/// <param name="Wanted">Rows that the strategy is to choose.</param>
/// <param name="Seed">Decides every draw.</param>
internal sealed record Shortlist(
    IReadOnlyList<Candidate> Rows, double[] Keys, bool[] IsCandidate, bool[] IsReserve, IReadOnlyList<Candidate> Labelled, long Selectable, int Wanted, ulong Seed)
{
    // Quotas and near-duplicates close reserve rows: sixteen for each one wanted, and a thousand more, leave a choice.
    private const int ReservePerRow = 16;
    private const int LeastReserve = 1024;

    /// <summary>Rows of which the values are wanted, and nothing is chosen.</summary>
    public static Shortlist Of(IEnumerable<Candidate> some, ulong seed)
    {
        Candidate[] rows = [.. some.OrderBy(row => row.Id, StringComparer.Ordinal)];
        return new Shortlist(rows, new double[rows.Length], new bool[rows.Length], new bool[rows.Length], [], 0, 0, seed);
    }

    /// <summary>Streams the scores once. Memory: the candidates, the reserve and the labelled rows.</summary>
    /// <param name="explore">Rows to draw for exploration.</param>
    public static Shortlist Read(IEnumerable<Candidate> pool, StrategyKind kind, ScoreColumn? by, SelectOptions options, int explore, IReadOnlySet<string> excluded, CancellationToken stopping)
    {
        var candidates = new BestRows(options.Candidates);
        var reserve = new BestRows(explore > 0 ? LeastReserve + (explore * ReservePerRow) : 0);
        var labelled = new List<Candidate>();
        long selectable = 0;
        foreach (var row in pool)
        {
            stopping.ThrowIfCancellationRequested();
            if (excluded.Contains(row.Id))
            {
                labelled.Add(row);
                continue;
            }
            selectable++;
            candidates.Offer(row, kind.Key(row, by, options.Seed));
            reserve.Offer(row, RowKeys.Explore(row, options.Seed));
        }
        var chosen = candidates.Rows.Select(r => r.Id).ToHashSet();
        var drawn = reserve.Rows.Select(r => r.Id).ToHashSet();
        Candidate[] rows = [.. candidates.Rows.Concat(reserve.Rows.Where(r => !chosen.Contains(r.Id))).OrderBy(r => r.Id, StringComparer.Ordinal)];
        return new Shortlist(
            rows,
            Array.ConvertAll(rows, r => kind.Key(r, by, options.Seed)),
            Array.ConvertAll(rows, r => chosen.Contains(r.Id)),
            Array.ConvertAll(rows, r => drawn.Contains(r.Id)),
            [.. labelled.OrderBy(r => r.Id, StringComparer.Ordinal)],
            selectable,
            (int)Math.Clamp(options.Top - explore, 1, Math.Max(1, selectable)),
            options.Seed);
    }
}
