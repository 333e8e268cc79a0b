using ParquetPool.Statistics;

namespace ParquetPool.Scorer.Strategies;

/// <summary>Which clusters have far fewer labels than chance would give them: their rows may be of classes that nobody labelled.</summary>
/// <remarks>
/// Chance gives each row a label with the share that the rows of the clusters which are not short have. A cluster's p is the chance that of as many rows drawn
/// from these and its own at most as many would be labelled: the lower tail of the hypergeometric distribution. Short are those that Benjamini and Hochberg's
/// step-up procedure (1995) finds at <see cref="FalseShare"/> and whose share is at most <see cref="MostOfChance"/> of that by chance, for a cluster of several
/// classes is short as well where one of them has no labels. As they raise the share of the others, both are applied anew until none is added.
/// </remarks>
internal sealed class LabelShortage
{
    /// <summary>The share of the clusters found short that may be so by chance.</summary>
    public const double FalseShare = 0.05;

    /// <summary>The most that a cluster's share may be of that by chance.</summary>
    public const double MostOfChance = 1.0 / 3;

    private readonly int[] rows;
    private readonly int[] labelled;
    private readonly bool[] isShort;
    private readonly double[] p;

    /// <param name="rows">[cluster]: its rows, the labelled ones among them.</param>
    /// <param name="labelled">[cluster]: how many are.</param>
    public LabelShortage(int[] rows, int[] labelled)
    {
        (this.rows, this.labelled, isShort, p) = (rows, labelled, new bool[rows.Length], new double[rows.Length]);
        while (Extend())
        {
        }
    }

    /// <summary>[cluster]: rows, labelled ones or not.</summary>
    public IReadOnlyList<int> Rows => rows;

    /// <summary>[cluster]: labelled rows.</summary>
    public IReadOnlyList<int> Labelled => labelled;

    /// <summary>[cluster]: in [0, 1]; 1 of a cluster without rows.</summary>
    public IReadOnlyList<double> P => p;

    /// <summary>[cluster]</summary>
    public IReadOnlyList<bool> IsShort => isShort;

    /// <summary>The share of the rows that chance would label: that of the clusters which are not short.</summary>
    public double Share => Sum(labelled) is var marked && Sum(rows) is > 0 and var all ? (double)marked / all : 0;

    /// <summary>The clusters, shortest of labels first: those that are short by their p, then the others; of equals the larger.</summary>
    public IReadOnlyList<int> Order => [.. Enumerable.Range(0, rows.Length).OrderByDescending(c => isShort[c]).ThenBy(c => p[c]).ThenByDescending(c => rows[c]).ThenBy(c => c)];

    /// <summary>Tests each cluster against those that are not short.</summary>
    /// <returns>Whether there are more of them now.</returns>
    private bool Extend()
    {
        var (all, marked) = (Sum(rows), Sum(labelled));
        for (var cluster = 0; cluster < rows.Length; cluster++)
        {
            p[cluster] = rows[cluster] == 0 ? 1 : isShort[cluster]
                ? Hypergeometric.AtMost(all + rows[cluster], marked + labelled[cluster], rows[cluster], labelled[cluster])
                : Hypergeometric.AtMost(all, marked, rows[cluster], labelled[cluster]);
        }
        var tested = rows.Count(count => count > 0);
        var found = isShort.Count(s => s);
        int[] open = [.. Enumerable.Range(0, rows.Length).Where(c => !isShort[c] && rows[c] > 0).OrderBy(c => p[c])];
        var last = Array.FindLastIndex(open, c => p[c] <= FalseShare * (found + Array.IndexOf(open, c) + 1) / tested);
        int[] added = [.. open.Take(last + 1).Where(c => labelled[c] * (double)all <= MostOfChance * marked * rows[c])];
        foreach (var cluster in added)
        {
            isShort[cluster] = true;
        }
        return added.Length > 0;
    }

    private long Sum(int[] counts) => counts.Where((_, cluster) => !isShort[cluster]).Sum(count => (long)count);
}
