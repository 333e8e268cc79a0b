using ParquetPool.Scorer.Findings;

namespace ParquetPool.Scorer.Purging;

/// <summary>Leaks that an audit of nearest rows does not list: of rows whose listed doubles all go, with rows that stay.</summary>
/// <remarks>
/// Whatever has a double has a nearest row as near, so of two rows that stay and double each other both are in listed leaks: only these are
/// compared, where one column is what the audit compared. Memory: their vectors, at most <see cref="MostBytes"/>.
/// </remarks>
internal static class UnlistedDoubles
{
    private const long MostBytes = 256 << 20;
    private const double MostProducts = 2e10;

    /// <summary>What finding a pair's vectors costs, in products.</summary>
    private const int Overhead = 64;

    /// <summary>Takes the rows to leave out from the listed leaks, and those found here.</summary>
    /// <returns>The rows to leave out; and how many stay that double removed rows alone, and could not be compared with the rows that stay.</returns>
    public static (IReadOnlyList<RemovedRow> Removed, int Uncompared) Remove(FinishedAudit audit, IReadOnlyList<Leak> leaks, IReadOnlyList<string> keep, PurgeOptions options, CancellationToken stopping)
    {
        var removed = RemovedRow.Of(leaks, keep);
        var left = Left(leaks, removed, keep);
        // Judgements are of listed pairs alone, and a list of all pairs lacks none.
        if (left.Count == 0 || options.Threshold is not { } threshold || audit.Record.Summary.Neighbours is null)
        {
            return (removed, 0);
        }
        return Compared(audit, leaks, removed, left) is { } table
            ? (RemovedRow.Of(leaks, keep, (row, staying) => Nearest(table, row, staying, threshold, stopping) is var (other, cosine) ? new Leak(new ListedPair(row, other, cosine, Exact: false), null, leaks[0].Rule) : null), 0)
            : (removed, left.Count);
    }

    /// <summary>Rows that stay and are in a leak with a removed one.</summary>
    private static List<ListedRow> Left(IReadOnlyList<Leak> leaks, IReadOnlyList<RemovedRow> removed, IReadOnlyList<string> keep)
    {
        var gone = removed.Select(row => row.Row).ToHashSet();
        return
        [
            .. leaks.SelectMany(leak => new[] { (Row: leak.Pair.Test, Other: leak.Pair.Other), (Row: leak.Pair.Other, Other: leak.Pair.Test) })
                .Where(of => !gone.Contains(of.Row) && gone.Contains(of.Other) && (keep.Count == 1 || of.Row.Split != keep[0])).Select(of => of.Row).Distinct().Order(),
        ];
    }

    /// <summary>The vectors of all rows in leaks; null where they cannot be compared as the audit did.</summary>
    private static AuditedRows? Compared(FinishedAudit audit, IReadOnlyList<Leak> leaks, IReadOnlyList<RemovedRow> removed, List<ListedRow> left)
    {
        var rows = leaks.SelectMany(leak => new[] { leak.Pair.Test, leak.Pair.Other }).Distinct().ToList();
        if ((long)rows.Count * audit.Record.Width * sizeof(float) > MostBytes || (double)left.Count * (rows.Count - removed.Count) * (audit.Record.Width + Overhead) > MostProducts)
        {
            return null;
        }
        var table = new AuditedRows(audit, rows, picture: null);
        return leaks.All(leak => leak.Pair.Exact || table.Agrees(leak.Pair)) ? table : null;
    }

    /// <summary>The nearest of rows at the threshold or above, the first of equally near ones.</summary>
    private static (ListedRow Other, double Cosine)? Nearest(AuditedRows table, ListedRow row, IEnumerable<ListedRow> others, double threshold, CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        (ListedRow Other, double Cosine)? nearest = null;
        foreach (var other in others)
        {
            if (table.Cosine(row, other) is { } cosine && cosine >= (nearest?.Cosine ?? threshold) && (nearest is null || cosine > nearest.Value.Cosine))
            {
                nearest = (other, cosine);
            }
        }
        return nearest;
    }
}
