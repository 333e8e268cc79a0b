using ParquetPool.Randomness;
using ParquetPool.Scorer.Findings;

namespace ParquetPool.Scorer.Tests.Findings;

public class PairClusterTests
{
    [Fact]
    public void AChainIsOneClusterAndItsLeastSimilarityTells()
    {
        var pairs = new[] { Pair(0, 1, 0.99), Pair(1, 2, 0.98), Pair(0, 2, 0.5), Pair(7, 8, 0.97), Pair(8, 9, 0.3) };

        var clusters = PairCluster.Of(pairs, pair => pair.Similarity >= 0.9);

        clusters.Select(c => string.Join(' ', c.Rows.Select(r => r.Id))).Should().Equal("q0 q1 q2", "q7 q8");
        clusters[0].Should().BeEquivalentTo(new { AllPairs = 3, LeastSimilarity = 0.5 });
        clusters[1].Should().BeEquivalentTo(new { AllPairs = 1, LeastSimilarity = 0.97 });
    }

    [Fact]
    public void LabelsConflictWhereTwoMembersDiffer()
    {
        PairCluster.Of([Pair(0, 1, 1, "cat", "dog")], _ => true)[0].LabelsConflict.Should().BeTrue();
        PairCluster.Of([Pair(0, 1, 1, "cat", "cat"), Pair(1, 2, 1, "cat", null)], _ => true)[0].LabelsConflict.Should().BeFalse();
    }

    [Fact]
    public void ARowOfEachSplitWithOneIdAreTwoRows() =>
        PairCluster.Of([Pair(3, 3, 1, otherSplit: "train")], _ => true).Should().ContainSingle().Which.Rows.Should().HaveCount(2);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void ClustersAreTheRowsThatReachEachOtherWhateverTheOrder(int seed)
    {
        const int Rows = 40;
        var random = new PhiloxStream((ulong)seed, 0);
        var pairs = Enumerable.Range(0, 10 * seed).Select(_ => (A: random.Below(Rows), B: random.Below(Rows), Similarity: random.Uniform()))
            .Where(p => p.A != p.B).DistinctBy(p => (p.A, p.B)).Select(p => Pair(p.A, p.B, p.Similarity)).ToList();
        var near = new bool[Rows, Rows];
        foreach (var pair in pairs.Where(p => p.Similarity >= 0.3))
        {
            near[pair.Test.Row, pair.Other.Row] = near[pair.Other.Row, pair.Test.Row] = true;
        }
        for (var k = 0; k < Rows; k++)
        {
            for (var i = 0; i < Rows * Rows; i++)
            {
                near[i / Rows, i % Rows] |= near[i / Rows, k] && near[k, i % Rows];
            }
        }

        var clusters = PairCluster.Of(pairs, p => p.Similarity >= 0.3);

        for (var row = 0; row < Rows; row++)
        {
            var expected = Enumerable.Range(0, Rows).Where(other => near[row, other]).Select(other => (long)other);
            (clusters.SingleOrDefault(c => c.Rows.Any(r => r.Row == row))?.Rows.Select(r => r.Row) ?? []).Should().Equal(expected);
        }
        foreach (var cluster in clusters)
        {
            cluster.Pairs.Should().Equal(pairs.Where(p => cluster.Rows.Contains(p.Test) && cluster.Rows.Contains(p.Other)));
        }
        PairCluster.Of([.. Enumerable.Reverse(pairs)], p => p.Similarity >= 0.3).Select(c => c.Rows).Should().BeEquivalentTo(clusters.Select(c => c.Rows), o => o.WithStrictOrdering());
    }

    private static ListedPair Pair(int a, int b, double similarity, string? label = null, string? otherLabel = null, string otherSplit = "test") =>
        new(new ListedRow("test", $"q{a}", label, "s", a), new ListedRow(otherSplit, $"q{b}", otherLabel, "s", b), similarity, false);
}
