using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Tests.Neighbours;

public sealed class NeighbourSearchTests
{
    public static TheoryData<string, int, int, int> Cases { get; } = new()
    {
        { "random", 1, 8, 1 },
        { "random", 3, 17, 2 },
        { "random", 10, 33, 3 },
        { "clustered", 1, 50, 4 },
        { "clustered", 10, 64, 5 },
        { "ties", 1, 3, 6 },
        { "ties", 4, 6, 7 },
        { "ties", 10, 19, 8 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Finds_what_brute_force_in_double_finds(string kind, int k, int width, int seed)
    {
        var (queries, corpus) = (Make(kind, 61, width, seed), Make(kind, 403, width, seed));
        var expected = Corpora.Nearest(queries, corpus, k, within: false);
        foreach (var (queryRows, corpusRows, threads) in new[] { (61, 403, 1), (16, 50, 1), (7, 128, 2), (512, 1, 3) })
        {
            var found = Search(queries, corpus, new NeighbourSearchOptions(k, Threads: threads), queryRows, corpusRows);
            Rows(found).Should().Equal(Rows(expected));
            foreach (var (list, right) in found.Zip(expected))
            {
                list.Select(n => n.Similarity).Should().Equal(right.Select(n => n.Similarity), (a, b) => Math.Abs(a - b) < 1e-13);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Inside_a_split_no_row_is_its_own_neighbour(string kind, int k, int width, int seed)
    {
        var rows = Make(kind, 150, width, seed);
        var found = Search(rows, rows, new NeighbourSearchOptions(k, Within: true, Threads: 2), 40, 40);
        Rows(found).Should().Equal(Rows(Corpora.Nearest(rows, rows, k, within: true)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gives_the_same_whatever_threads_blocks_order_and_lanes(string kind, int k, int width, int seed)
    {
        var (queries, corpus) = (Make(kind, 61, width, seed), Make(kind, 403, width, seed));
        var reference = Search(queries, corpus, new NeighbourSearchOptions(k), 61, 403);
        foreach (var lanes in Enum.GetValues<ScanLanes>())
        {
            var options = new NeighbourSearchOptions(k, Threads: 2) { Lanes = lanes };
            Search(queries, corpus, options, 13, 29, backwards: true).SelectMany(n => n).Should().Equal(reference.SelectMany(n => n));
        }
    }

    [Fact]
    public void Copies_of_one_row_take_one_place_that_of_the_first_id()
    {
        var (one, others) = (Corpora.Random(1, 20, 3)[0], Corpora.Random(4, 20, 4));
        float[][] corpus = [.. Enumerable.Repeat(one, 90), .. others];
        var found = Search([one], corpus, new NeighbourSearchOptions(5), 1, 32)[0];
        found[0].Should().Match<Neighbour>(n => n.Similarity == 1 && n.Exact);
        found[0].Id.Should().Be(Enumerable.Range(0, 90).Select(r => Corpora.Id("r", r)).Order(StringComparer.Ordinal).First());
        found.Skip(1).Select(n => n.Row).Should().BeEquivalentTo([90, 91, 92, 93]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tells_the_nearest_query_of_every_corpus_row(string kind, int k, int width, int seed)
    {
        var (queries, corpus) = (Make(kind, 61, width, seed), Make(kind, 403, width, seed));
        var nearest = new double[corpus.Length];
        Array.Fill(nearest, double.NegativeInfinity);
        // In two parts, as a split that does not fit in memory comes.
        foreach (var part in new[] { queries[..20], queries[20..] })
        {
            NeighbourSearch.Run(
                Corpora.Blocks(part, 17), new ResidentBlocks(Corpora.Blocks(corpus, 50)), new NeighbourSearchOptions(k, Threads: 2),
                _ => { }, TestContext.Current.CancellationToken, nearest);
        }
        var expected = Corpora.Nearest(corpus, queries, 1, within: false).Select(list => list[0].Similarity);
        nearest.Should().Equal(expected, (a, b) => Math.Abs(a - b) < 1e-13);
    }

    [Fact]
    public void An_exact_copy_stands_before_parallel_rows()
    {
        float[] one = [1, 2, 3];
        var found = Search([one], [[2, 4, 6], [4, 8, 12], one, [8, 16, 24]], new NeighbourSearchOptions(1), 1, 4)[0];
        found.Should().ContainSingle().Which.Should().Match<Neighbour>(n => n.Row == 2 && n.Exact && n.Similarity == 1);
    }

    [Fact]
    public void Neighbours_below_the_least_similarity_are_left_out()
    {
        var (queries, corpus) = (Corpora.Random(30, 9, 1), Corpora.Random(200, 9, 2));
        var all = Search(queries, corpus, new NeighbourSearchOptions(8), 30, 64);
        var least = all[3][2].Similarity;
        var found = Search(queries, corpus, new NeighbourSearchOptions(8, least), 30, 64);
        found.SelectMany(n => n).Should().Equal(all.SelectMany(n => n).Where(n => n.Similarity >= least));
        found[3].Should().HaveCount(3);
    }

    [Fact]
    public void A_corpus_smaller_than_k_gives_short_lists()
    {
        var rows = Corpora.Random(3, 4, 1);
        Search(rows, rows, new NeighbourSearchOptions(10), 3, 3).Should().OnlyContain(list => list.Length == 3);
        Search(rows, rows, new NeighbourSearchOptions(10, Within: true), 3, 3).Should().OnlyContain(list => list.Length == 2);
        Search(rows, [], new NeighbourSearchOptions(1), 3, 3).Should().OnlyContain(list => list.Length == 0);
    }

    [Fact]
    public void A_zero_vector_is_not_taken_and_extreme_lengths_are()
    {
        using var block = new EmbeddingBlock(3, 2);
        block.TryAdd([0, 0], 0, "zero", 0).Should().BeFalse();
        block.TryAdd([float.Epsilon, 0], 1, "small", 1).Should().BeTrue();
        block.TryAdd([float.MaxValue, float.MaxValue], 2, "large", 2).Should().BeTrue();
        block.Count.Should().Be(2);
        block.Meet(0, block, 1).Similarity.Should().BeApproximately(Math.Sqrt(0.5), 1e-15);
    }

    [Fact]
    public void Stops_when_told()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var blocks = Corpora.Blocks(Corpora.Random(10, 4, 1), 5);
        var search = () => NeighbourSearch.Run(blocks, new ResidentBlocks(blocks), new NeighbourSearchOptions(Threads: 2), _ => { }, stop.Token);
        search.Should().Throw<OperationCanceledException>();
    }

    private static float[][] Make(string kind, int rows, int width, int seed) => kind switch
    {
        "random" => Corpora.Random(rows, width, seed + rows),
        "clustered" => Corpora.Clustered(rows, width, seed),
        _ => Corpora.Ties(rows, width, seed),
    };

    private static IEnumerable<(int Query, int Row)> Rows(Neighbour[][] lists) => lists.SelectMany((list, query) => list.Select(n => (query, n.Row)));

    private static IEnumerable<(int Query, int Row)> Rows((int Row, double Similarity)[][] lists) =>
        lists.SelectMany((list, query) => list.Select(n => (query, n.Row)));

    private static Neighbour[][] Search(
        float[][] queries, float[][] corpus, NeighbourSearchOptions options, int queryRows, int corpusRows, bool backwards = false)
    {
        var queryBlocks = Corpora.Blocks(queries, queryRows);
        var corpusBlocks = Corpora.Blocks(corpus, corpusRows);
        var result = NeighbourSearch.Run(
            queryBlocks, new ResidentBlocks(backwards ? [.. corpusBlocks.Reverse()] : corpusBlocks), options, _ => { }, CancellationToken.None);
        result.Pairs.Should().Be((long)queries.Length * corpus.Length);
        return [.. queryBlocks.SelectMany((block, b) => Enumerable.Range(0, block.Count).Select(i => result.Lists[b][i].ToArray()))];
    }
}
