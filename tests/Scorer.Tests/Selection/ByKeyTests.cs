using FsCheck;
using FsCheck.Fluent;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Selection;

namespace ParquetPool.Scorer.Tests.Selection;

public class ByKeyTests
{
    [Fact]
    public void TopIsAFullSortCutOff()
    {
        Prop.ForAll(
            Gen.Choose(0, 5).Select(s => s / 5.0).ListOf().Where(s => s.Count > 0).SelectMany(s => Gen.Choose(1, s.Count).Select(k => (s, k))).ToArbitrary(),
            c => Lists.Choose("top", Lists.Pool([.. c.s]), c.k).Should().Equal(
                Lists.Pool([.. c.s]).OrderByDescending(r => r.Score).ThenBy(r => r.Id, StringComparer.Ordinal).Take(c.k).Select(r => r.Id)))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void TheCutKeepsTheBestWhateverTheOrderOfTheRows()
    {
        Prop.ForAll(
            Gen.Choose(0, 9).Select(s => s / 10.0).ListOf().Where(s => s.Count > 0).SelectMany(s => Gen.Choose(1, s.Count).Select(k => (s, k))).ToArbitrary(),
            c =>
            {
                var pool = Lists.Pool([.. c.s]).ToList();
                var expected = pool.OrderByDescending(r => r.Score).ThenBy(r => r.Id, StringComparer.Ordinal).Take(c.k).Select(r => r.Id).Order(StringComparer.Ordinal);
                Lists.Of("top", pool, candidates: c.k).Rows.Select(r => r.Id).Should().Equal(expected);
                Lists.Of("top", Enumerable.Reverse(pool), candidates: c.k).Rows.Select(r => r.Id).Should().Equal(expected);
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void PowerDrawsInProportionToTheScore()
    {
        // First draw of three rows with scores 1 : 2 : 5, and the second given the first, against the plain urn.
        double[] scores = [0.1, 0.2, 0.5];
        const int Draws = 20_000;
        var orders = Enumerable.Range(0, Draws).Select(seed => string.Join(' ', Lists.Choose("power", Lists.Pool(scores), 2, seed: (ulong)seed))).CountBy(o => o).ToDictionary();
        for (var first = 0; first < 3; first++)
        {
            for (var second = 0; second < 3; second++)
            {
                if (first != second)
                {
                    var share = scores[first] / scores.Sum() * scores[second] / (scores.Sum() - scores[first]);
                    var seen = orders[$"{SelectFolder.Id(first)} {SelectFolder.Id(second)}"] / (double)Draws;
                    seen.Should().BeApproximately(share, 4 * Math.Sqrt(share * (1 - share) / Draws));
                }
            }
        }
    }

    [Fact]
    public void RowsWithoutScoreAreDrawnLast() =>
        Lists.Choose("power", Lists.Pool([0, 0.001, 0, 0.9]), 4).Take(2).Should().BeEquivalentTo(SelectFolder.Id(1), SelectFolder.Id(3));

    [Fact]
    public void RandomIsTheRandomScore() =>
        Lists.Choose("random", Lists.Pool(new double[100]), 10, seed: 3).Should().Equal(
            Enumerable.Range(0, 100).Select(SelectFolder.Id).OrderByDescending(id => RandomScore.Of(3, id)).Take(10));

    [Fact]
    public void ExplorationSeesTheWholePool()
    {
        double[] scores = [.. Enumerable.Range(0, 1000).Select(i => i / 1000.0)];
        var list = Lists.Of("top", Lists.Pool(scores), candidates: 50, explore: 20);

        var explored = Selector.Select(
            list, StrategyKind.Named("top").Create(list, RowValues.None), new QueryRules(40, Explore: 20), _ => { }, TestContext.Current.CancellationToken).Selected.Where(s => s.Explored).ToList();

        explored.Should().HaveCount(20);
        explored.Average(s => s.Row.Score).Should().BeInRange(0.25, 0.75, "the draws know nothing of the score");
    }

    [Fact]
    public void RowsAreDrawnThoughTheStrategyHasNoneLeft()
    {
        var list = Lists.Of("top", Lists.Pool([.. Enumerable.Range(0, 1000).Select(i => i / 1000.0)]), candidates: 20, explore: 10);

        var selected = Selector.Select(
            list, StrategyKind.Named("top").Create(list, RowValues.None), new QueryRules(40, Explore: 10), _ => { }, TestContext.Current.CancellationToken).Selected;

        selected.Select(s => s.Explored).Should().Equal([.. Enumerable.Repeat(false, 20), .. Enumerable.Repeat(true, 10)]);
    }
}
