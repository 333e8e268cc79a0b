using ParquetPool.Preferences;
using ParquetPool.Scorer.Comparisons;

namespace ParquetPool.Scorer.Tests.Comparisons;

/// <summary>Pairs by what a committee's members differ in.</summary>
public class PairQueryTests
{
    [Fact]
    public void Pairs_are_drawn_in_proportion_to_how_much_the_members_differ()
    {
        const int Queries = 3000;
        double[][] scores = [[0, 0, 0], [2, -2, 0], [1, 0, -1], [0.5, 0.4, 0.6]];
        var expected = (from a in Enumerable.Range(0, 4) from b in Enumerable.Range(a + 1, 3 - a) select (Pair: ComparedPair.Of($"{a}", $"{b}"), Value: Variance(scores[a], scores[b]))).ToArray();

        var drawn = Enumerable.Range(0, Queries).Select(seed => Pairs(Rows(scores), 1, (ulong)seed).Single()).CountBy(pair => pair).ToDictionary();

        foreach (var (pair, value) in expected)
        {
            var share = value / expected.Sum(e => e.Value);
            (drawn.GetValueOrDefault(pair) / (double)Queries).Should().BeApproximately(share, 4 * Math.Sqrt(share * (1 - share) / Queries), pair.Key);
        }
    }

    [Fact]
    public void One_disagreement_that_many_pairs_share_does_not_fill_a_query()
    {
        // On rows 0 to 39 one member of four differs much, on 40 to 79 another a little less: the pairs of the highest variance are all about the first.
        double[][] scores = [.. Enumerable.Range(0, 80).Select(row => row < 40 ? new double[] { row % 2 == 0 ? 4 : -4, 0, 0, 0 } : [0, row % 2 == 0 ? 3 : -3, 0, 0])];

        var asked = Pairs(Rows(scores), 30, 5);

        asked.Count(pair => int.Parse(pair.First) >= 40 && int.Parse(pair.Second) >= 40).Should().BeGreaterThan(2);
        asked.Should().OnlyHaveUniqueItems();
        asked.SelectMany(pair => new[] { pair.First, pair.Second }).CountBy(id => id).Should().OnlyContain(row => row.Value <= CompareOptions.DefaultPerRow);
    }

    [Fact]
    public void A_draw_depends_on_ids_and_seed_alone()
    {
        var random = new Random(1);
        double[][] scores = [.. Enumerable.Range(0, 30).Select(_ => Enumerable.Range(0, 5).Select(_ => random.NextDouble()).ToArray())];
        var rows = Rows(scores);
        var query = Pairs(rows, 10, 3);

        Pairs([.. rows.Select(row => row with { Shard = "other", Row = 7 })], 10, 3).Should().Equal(query);
        Pairs(rows, 10, 4).Should().NotEqual(query);
        Pairs(rows, 10, 3, query).Should().NotIntersectWith(query);
    }

    private static ComparedRow[] Rows(double[][] scores) => [.. scores.Index().Select(row => new ComparedRow($"{row.Index}", "", row.Index, row.Item)).OrderBy(row => row.Id, StringComparer.Ordinal)];

    private static ComparedPair[] Pairs(ComparedRow[] rows, int top, ulong seed, IEnumerable<ComparedPair>? answered = null) =>
        [.. PairQuery.Of(rows, PairStrategy.Variance, new CompareOptions([], top, "") { Seed = seed }, answered ?? [], CancellationToken.None).Select(pair => ComparedPair.Of(pair.Left.Id, pair.Right.Id))];

    private static double Variance(double[] first, double[] second)
    {
        double[] each = [.. first.Zip(second, (a, b) => 1 / (1 + Math.Exp(b - a)))];
        return each.Average(p => Math.Pow(p - each.Average(), 2));
    }
}
