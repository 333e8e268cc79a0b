using FsCheck;
using FsCheck.Fluent;
using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Scorer.Tests.Strategies;

/// <summary>k-means, TypiClust and Cluster-Margin against their definitions, written plainly.</summary>
public class ClusterStrategyTests
{
    private const int Width = 4;

    private static readonly Arbitrary<(int Rows, int Count, uint Stream)> Sizes =
        (from rows in Gen.Choose(1, 60) from count in Gen.Choose(1, 8) from stream in Gen.Choose(0, 1000) select (rows, count, (uint)stream)).ToArbitrary();

    [Fact]
    public void EveryRowIsInTheClusterOfItsNearestCentre()
    {
        Prop.ForAll(Sizes, c =>
        {
            var points = new Points(TestModels.Numbers(c.Stream, c.Rows * Width), Width);
            var clusters = new Clusters(points, c.Count, c.Stream);
            clusters.Count.Should().Be(Math.Min(c.Rows, c.Count));
            clusters.Of.Should().Equal(Enumerable.Range(0, c.Rows).Select(i => clusters.Nearest(points, i)));
            new Clusters(points, c.Count, c.Stream).Of.Should().Equal(clusters.Of);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void HeapsThatLieApartAreFound()
    {
        int[] heap = [.. Enumerable.Range(0, 90).Select(i => i * 7 % 3)];
        var points = new Points([.. TestModels.Numbers(1, 90 * Width).Select((v, i) => v + (100 * heap[i / Width]))], Width);

        var clusters = new Clusters(points, 3, 4);

        heap.Zip(clusters.Of).Distinct().Should().HaveCount(3);
    }

    [Fact]
    public void TypiClustTakesTheMostTypicalRowOfTheLargestUncoveredCluster()
    {
        Prop.ForAll(Sizes, c =>
        {
            var values = TestModels.Numbers(c.Stream, c.Rows * Width);
            var points = new Points(values, Width);
            var labelled = new Points(TestModels.Numbers(5000 + c.Stream, 2 * Width), Width);
            var clusters = new Clusters(points, 2 + c.Count, c.Stream);
            var covered = new int[clusters.Count];
            covered[clusters.Nearest(labelled, 0)]++;
            covered[clusters.Nearest(labelled, 1)]++;
            var vectors = values.Chunk(Width).ToArray();
            foreach (var (choice, open) in GreedyDistanceTests.ChooseAll(new TypiClust(points, labelled, c.Count, c.Stream), c.Rows, every: 2))
            {
                int[] Members(int cluster) => [.. Enumerable.Range(0, c.Rows).Where(i => clusters.Of[i] == cluster)];
                double Typicality(int row)
                {
                    var nearest = Members(clusters.Of[row]).Where(i => i != row).Select(i => GreedyDistanceTests.Distance(vectors[i], vectors[row])).Order().Take(TypiClust.Neighbours).ToList();
                    return nearest.Count == 0 ? 0 : 1 / nearest.Average();
                }
                var expected = open.Select(i => clusters.Of[i]).Distinct()
                    .OrderBy(k => Members(k).Length <= TypiClust.SmallCluster).ThenBy(k => covered[k]).ThenByDescending(k => Members(k).Length).First();
                Members(clusters.Of[choice.Row]).Length.Should().Be(Members(expected).Length);
                covered[clusters.Of[choice.Row]].Should().Be(covered[expected]);
                Typicality(choice.Row).Should().BeApproximately(open.Where(i => clusters.Of[i] == clusters.Of[choice.Row]).Max(Typicality), 1e-5);
                covered[clusters.Of[choice.Row]]++;
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void ClusterMarginGoesRoundTheClustersOfTheMostUncertainRows()
    {
        Prop.ForAll(Sizes, c =>
        {
            var points = new Points(TestModels.Numbers(c.Stream, c.Rows * Width), Width);
            double[] keys = [.. TestModels.Numbers(7000 + c.Stream, c.Rows)];
            double[] draws = [.. TestModels.Numbers(8000 + c.Stream, c.Rows)];
            bool[] candidates = [.. Enumerable.Range(0, c.Rows).Select(i => i % 5 != 4)];
            var uncertain = Enumerable.Range(0, c.Rows).Where(i => candidates[i]).OrderByDescending(i => keys[i]).Take(10 * c.Count).Order().ToArray();
            var of = new Clusters(new Points([.. uncertain.SelectMany(i => points[i].ToArray())], Width), c.Count, c.Stream).Of;
            var clusters = uncertain.Zip(of).GroupBy(u => u.Second, u => u.First).OrderBy(g => g.Count()).ThenBy(g => g.First())
                .Select(g => g.OrderByDescending(i => draws[i]).ToList()).ToList();
            var expected = Enumerable.Range(0, clusters.Max(k => k.Count)).SelectMany(round => clusters.Where(k => k.Count > round).Select(k => k[round]))
                .Concat(Enumerable.Range(0, c.Rows).Except(uncertain).OrderByDescending(i => keys[i]));

            var strategy = new ClusterMargin(points, keys, draws, candidates, c.Count, c.Stream);

            GreedyDistanceTests.ChooseAll(strategy, c.Rows, every: 1).Select(x => x.Choice.Row).Should().Equal(expected);
        }).QuickCheckThrowOnFailure();
    }
}
