using ParquetPool.Scorer.Comparisons;

namespace ParquetPool.Scorer.Tests.Comparisons;

public class PairChoiceTests
{
    [Theory]
    [InlineData(40, 12, 2, 1000)]
    [InlineData(40, 30, 2, 7)] // So few pairs are held that it looks at them several times.
    [InlineData(70, 25, 1, 5)]
    [InlineData(9, 1000, 3, 4)] // More than there are.
    public void Pairs_are_those_of_a_greedy_choice_among_all(int rows, int top, int perRow, int held)
    {
        var random = new Random(rows);
        var scores = Enumerable.Range(0, rows * 5).Select(_ => 3 * random.NextDouble()).ToArray();
        var answered = Enumerable.Range(0, rows).Select(_ => (random.Next(rows / 2), (rows / 2) + random.Next(rows / 2))).ToHashSet();
        var preferences = new MemberPreferences(scores, 5);

        var chosen = PairChoice.Of(rows, (a, b) => preferences.Of(a, b).Variance, top, perRow, answered, CancellationToken.None, held);

        chosen.Select(pair => (pair.First, pair.Second)).Should().Equal(Greedy(rows, (a, b) => Variance(scores, a, b), top, perRow, answered));
    }

    [Fact]
    public void Equal_values_go_by_the_rows_places_and_a_pair_is_asked_for_once() =>
        PairChoice.Of(4, (_, _) => 1, 10, 3, new HashSet<(int, int)>(), CancellationToken.None, held: 2).Select(pair => (pair.First, pair.Second)).Should().Equal((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3));

    [Fact]
    public void A_preference_is_the_mean_over_the_members_and_scores_without_end_are_no_trouble()
    {
        double[] scores = [1, 2, 0, 4, 1e6, -1e6, 0, 0];

        var (mean, variance) = new MemberPreferences(scores, 2).Of(0, 1);

        double[] each = [1 / (1 + Math.Exp(-1)), 1 / (1 + Math.Exp(2))];
        mean.Should().BeApproximately(each.Average(), 1e-12);
        variance.Should().BeApproximately(each.Average(p => Math.Pow(p - each.Average(), 2)), 1e-12);
        new MemberPreferences(scores, 2).Of(2, 3).Variance.Should().BeApproximately(0.25, 1e-12);
    }

    private static double Variance(double[] scores, int first, int second)
    {
        double[] each = [.. Enumerable.Range(0, 5).Select(m => 1 / (1 + Math.Exp(scores[(second * 5) + m] - scores[(first * 5) + m])))];
        return each.Average(p => Math.Pow(p - each.Average(), 2));
    }

    private static List<(int, int)> Greedy(int rows, Func<int, int, double> value, int top, int perRow, HashSet<(int, int)> answered)
    {
        var (chosen, asked) = (new List<(int, int)>(), new int[rows]);
        var all = from a in Enumerable.Range(0, rows)
                  from b in Enumerable.Range(a + 1, rows - a - 1)
                  where !answered.Contains((a, b))
                  orderby value(a, b) descending, a, b
                  select (a, b);
        foreach (var (a, b) in all)
        {
            if (chosen.Count < top && asked[a] < perRow && asked[b] < perRow)
            {
                chosen.Add((a, b));
                (asked[a], asked[b]) = (asked[a] + 1, asked[b] + 1);
            }
        }
        return chosen;
    }
}
