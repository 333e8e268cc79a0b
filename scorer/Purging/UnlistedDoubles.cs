using ParquetPool.Scorer.Reports;

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

    /// <summary>Within this, a cosine computed here is the listed one.</summary>
    private const double SameCosine = 1e-5;

    /// <summary>Takes the rows to leave out from the listed leaks, and those found here.</summary>
    /// <returns>The rows to leave out; and how many stay that double removed rows alone, and could not be compared with the rows that stay.</returns>
    public static (IReadOnlyList<RemovedRow> Removed, int Uncompared) Remove(FinishedAudit audit, IReadOnlyList<Leak> leaks, IReadOnlyList<string> keep, PurgeOptions options)
    {
        while (true)
        {
            var removed = RemovedRow.Of(leaks, keep);
            var left = Left(leaks, removed, keep);
            // Judgements are of listed pairs alone, and a list of all pairs lacks none.
            if (left.Count == 0 || options.Threshold is not { } threshold || audit.Record.Summary.Neighbours is null)
            {
                return (removed, 0);
            }
            if (Find(audit, leaks, removed, left, keep, threshold) is not { } found)
            {
                return (removed, left.Count);
            }
            if (found.Count == 0)
            {
                return (removed, 0);
            }
            leaks = [.. leaks.Concat(found).OrderByDescending(leak => leak.Pair.Similarity)];
        }
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

    /// <summary>Null where they cannot be compared as the audit did.</summary>
    private static List<Leak>? Find(FinishedAudit audit, IReadOnlyList<Leak> leaks, IReadOnlyList<RemovedRow> removed, List<ListedRow> left, IReadOnlyList<string> keep, double threshold)
    {
        var gone = removed.Select(row => row.Row).ToHashSet();
        var open = left.ToHashSet();
        var listed = leaks.Where(leak => open.Contains(leak.Pair.Test) || open.Contains(leak.Pair.Other)).ToList();
        var staying = leaks.SelectMany(leak => new[] { leak.Pair.Test, leak.Pair.Other }).Where(row => !gone.Contains(row)).Distinct().ToList();
        var read = staying.Concat(listed.SelectMany(leak => new[] { leak.Pair.Test, leak.Pair.Other })).Distinct().ToList();
        if ((long)read.Count * audit.Record.Width * sizeof(float) > MostBytes || (double)left.Count * staying.Count * audit.Record.Width > MostProducts)
        {
            return null;
        }
        var table = new ShownRowTable(audit, read, picture: null);
        if (listed.Exists(leak => !leak.Pair.Exact && !(Math.Abs((table.Cosine(leak.Pair.Test, leak.Pair.Other) ?? double.NaN) - leak.Pair.Similarity) < SameCosine)))
        {
            return null;
        }
        var known = leaks.SelectMany(leak => new[] { (leak.Pair.Test, leak.Pair.Other), (leak.Pair.Other, leak.Pair.Test) }).ToHashSet();
        var order = keep.Index().ToDictionary(split => split.Item, split => split.Index);
        bool IsBefore(ListedRow a, ListedRow b) => order[a.Split] != order[b.Split] ? order[a.Split] < order[b.Split] : a.CompareTo(b) < 0;
        return
        [
            .. from row in left
               from other in staying
               where IsBefore(other, row) && !known.Contains((row, other)) && table.Cosine(row, other) >= threshold
               select new Leak(new ListedPair(row, other, table.Cosine(row, other)!.Value, Exact: false), null, leaks[0].Rule),
        ];
    }
}
