using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Statistics;

namespace ParquetPool.Scorer.Ranking;

/// <summary>How far the order would stay the same with other masks: the uncertainty that a finite number of members leaves.</summary>
/// <remarks>
/// Two halves of the committee score every row. What is observed between them is extrapolated to the whole committee by Spearman (1910) and
/// Brown (1910): r' = k·r / (1 + (k − 1)·r) with k = members / members of a half. For the overlap of the first rows, which is no
/// correlation, the formula is a rule of thumb. Halves of a balanced committee err in opposite directions, so there both figures are
/// rather too low. Computed on the <see cref="MostRows"/> rows with the smallest MD5(id), or all rows where there are fewer; the number
/// of first rows is reduced alike.
/// </remarks>
/// <param name="Rows">Rows compared.</param>
/// <param name="HalvesSpearman">The rank correlation of the two halves' scores (Spearman, 1904); ties share their mean rank.</param>
/// <param name="Spearman">The same between this committee and another of its size, extrapolated.</param>
/// <param name="Top">How many first rows of the pool the overlap is about.</param>
/// <param name="HalvesTopOverlap">The share of the halves' first rows that both have.</param>
/// <param name="TopOverlap">The same between this committee and another of its size, extrapolated.</param>
internal sealed record RankStability(int Rows, double HalvesSpearman, double Spearman, int Top, double HalvesTopOverlap, double TopOverlap)
{
    public const int MostRows = 100_000;

    /// <summary>The first rows compared where nothing says how many are wanted.</summary>
    public const int DefaultTop = 200;

    /// <summary>Reads the halves' columns of the score files.</summary>
    /// <param name="top">How many first rows are wanted; null for <see cref="DefaultTop"/>.</param>
    /// <param name="rows">Rows in the files.</param>
    /// <param name="spillBeside">A path whose folder has room.</param>
    /// <exception cref="DataException">A file cannot be read, or holds what no run writes.</exception>
    /// <returns>Null where there are fewer than two rows or a half scores all alike.</returns>
    public static RankStability? Of(IReadOnlyList<string> scoreFiles, ScoreColumn by, int passes, int? top, long rows, string spillBeside)
    {
        var halves = ColumnSample.Read(scoreFiles, [.. ScoreColumn.HalvesOf(by).Select(c => c.Name)], MostRows, spillBeside);
        if (!halves.All(half => Array.TrueForAll(half, double.IsFinite)))
        {
            throw new DataException($"the score files ({scoreFiles[0]} and its neighbours) hold a {by.Name} of half a committee that is no number: score their pool again");
        }
        return Of(halves[0], halves[1], by.HighFirst, passes, (int)Math.Min(top ?? DefaultTop, rows), rows);
    }

    /// <summary>Compares the scores of two halves, [row].</summary>
    internal static RankStability? Of(double[] first, double[] second, bool highFirst, int passes, int top, long rows)
    {
        var (a, b) = (RankCorrelation.Ranks(first), RankCorrelation.Ranks(second));
        var spearman = RankCorrelation.OfRanks(a, b);
        if (!double.IsFinite(spearman))
        {
            return null;
        }
        var count = Math.Max(1, (int)Math.Round((double)top * first.Length / rows));
        var overlap = FirstRows(a, highFirst, count).Intersect(FirstRows(b, highFirst, count)).Count() / (double)count;
        return new RankStability(first.Length, spearman, Extrapolated(spearman, passes), top, overlap, Extrapolated(overlap, passes));
    }

    /// <summary>The overlap that two committees of another size would have, extrapolated.</summary>
    /// <param name="times">How many times as many members they have.</param>
    public double TopOverlapAt(double times) => Extrapolated(TopOverlap, times);

    private static double Extrapolated(double r, int passes) => Extrapolated(r, (double)passes / (passes / 2));

    private static double Extrapolated(double r, double k) => r > 0 ? k * r / (1 + (k - 1) * r) : r;

    /// <summary>The rows that come first; of equal ones those that come first in the sample.</summary>
    private static IEnumerable<int> FirstRows(double[] ranks, bool highFirst, int count) =>
        Enumerable.Range(0, ranks.Length).OrderBy(row => highFirst ? -ranks[row] : ranks[row]).ThenBy(row => row).Take(count);
}
