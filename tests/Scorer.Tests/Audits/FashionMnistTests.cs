using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Tests.Neighbours;

namespace ParquetPool.Scorer.Tests.Audits;

public sealed class FashionMnistTests
{
    [Fact]
    public void The_search_agrees_with_brute_force_in_double_on_a_thousand_by_five_thousand_images()
    {
        const int Neighbours = 3;
        var (test, train) = (FashionMnist.Images("t10k", 1000), FashionMnist.Images("train", 5000));
        var queries = Corpora.Blocks(test, 500);
        var result = NeighbourSearch.Run(
            queries, new ResidentBlocks(Corpora.Blocks(train, 512)), new NeighbourSearchOptions(Neighbours, Threads: 2), _ => { }, TestContext.Current.CancellationToken);
        var found = queries.SelectMany((block, b) => Enumerable.Range(0, block.Count).SelectMany(i => result.Lists[b][i].ToArray().Select(n => n.Id)));
        var expected = Corpora.Nearest(test, train, Neighbours, within: false).SelectMany(list => list.Select(n => Corpora.Id("r", n.Row)));
        found.Should().Equal(expected);
    }
}
