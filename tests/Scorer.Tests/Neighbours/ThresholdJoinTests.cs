using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;
using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Tests.Neighbours;

/// <summary>The join against every cosine computed in plain double arithmetic.</summary>
public sealed class ThresholdJoinTests
{
    private const double Rounding = 1e-13;

    private static readonly Arbitrary<Case> Cases =
        (from kind in Gen.Elements("random", "clustered", "ties", "flat", "copies")
         from width in Gen.Elements(1, 5, 32, 33, 64, 100, 200, 300)
         from rows in Gen.Choose(1, 90)
         from seed in Gen.Choose(0, 1000)
         from share in Gen.Elements(0.0, 0.001, 0.01, 0.5, 1.0)
         from blocks in Gen.Elements((7, 11), (40, 16), (512, 512))
         from threads in Gen.Choose(1, 3)
         select new Case(kind, width, rows, seed, share, blocks, threads)).ToArbitrary();

    [Fact]
    public void Finds_every_pair_that_reaches_the_threshold_and_no_other() => Prop.ForAll(Cases, c =>
    {
        var (queries, corpus) = (c.Make(c.Rows), c.Make(120));
        Check(queries, corpus, c, Cosines(queries, corpus).OrderByDescending(p => p.Value).ToList(), within: false);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Inside_a_split_each_pair_is_found_once() => Prop.ForAll(Cases, c =>
    {
        var rows = c.Make(c.Rows);
        Check(rows, rows, c, Cosines(rows, rows).Where(p => p.Key.Query < p.Key.Corpus).OrderByDescending(p => p.Value).ToList(), within: true);
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("clustered", 64, 0.0005)]
    [InlineData("gathered", 64, 0.0005)]
    [InlineData("gathered", 200, 0.02)]
    [InlineData("flat", 100, 0.001)]
    [InlineData("random", 40, 0.001)]
    public void Cells_lose_no_pair(string kind, int width, double share)
    {
        var (queries, corpus) = (Make(kind, 700, width, 3), Make(kind, 900, width, 3));
        Check(queries, corpus, new Case(kind, width, 700, 3, share, (100, 70), 2), [.. Cosines(queries, corpus).OrderByDescending(p => p.Value)], within: false);
        Check(queries, queries, new Case(kind, width, 700, 3, share, (100, 70), 2), [.. Cosines(queries, queries).Where(p => p.Key.Query < p.Key.Corpus).OrderByDescending(p => p.Value)], within: true);
    }

    [Theory]
    [InlineData("clustered")]
    [InlineData("flat")]
    public void Few_pairs_are_decided_in_double_where_leading_directions_tell_them_apart(string kind)
    {
        var (queries, corpus) = (Corpora.Blocks(Make(kind, 400, 256, 1), 200), Corpora.Blocks(Make(kind, 2000, 256, 1), 500));
        var (compared, recomputed) = ThresholdJoin.Run(
            queries, new ResidentBlocks(corpus), new ThresholdJoinOptions(0.99999999), _ => { }, _ => { }, TestContext.Current.CancellationToken);
        compared.Should().Be(800_000);
        recomputed.Should().BeLessThan(compared / 4);
    }

    [Fact]
    public void Many_more_pairs_than_are_handed_over_at_once_arrive()
    {
        var rows = Enumerable.Repeat(new float[] { 1, 2, 3 }, 200).ToArray();
        Join(rows, rows, new ThresholdJoinOptions(1, Within: true, Threads: 2), (64, 64), resident: false).Should().HaveCount(200 * 199 / 2);
        Join(rows, rows, new ThresholdJoinOptions(1, Threads: 2), (64, 64), resident: false).Should().HaveCount(200 * 200).And.OnlyContain(p => p.Exact);
    }

    [Fact]
    public void Stops_when_told()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var blocks = Corpora.Blocks(Corpora.Random(10, 4, 1), 5);
        var join = () => ThresholdJoin.Run(blocks, new ResidentBlocks(blocks), new ThresholdJoinOptions(0.5), _ => { }, _ => { }, stop.Token);
        join.Should().Throw<OperationCanceledException>();
    }

    private static void Check(float[][] queries, float[][] corpus, Case c, List<KeyValuePair<(int Query, int Corpus), double>> cosines, bool within)
    {
        // The threshold is hit exactly by one pair, or more.
        var all = Join(queries, corpus, new ThresholdJoinOptions(-1, within, c.Threads), c.Blocks, resident: false);
        all.Should().HaveCount(cosines.Count);
        foreach (var pair in all)
        {
            Math.Abs(pair.Similarity - Cosine(queries[pair.Query], corpus[pair.Corpus])).Should().BeLessThan(Rounding);
        }
        var least = all.Count == 0 ? 0.5 : all.Select(p => p.Similarity).OrderDescending().ElementAt((int)(c.Share * (all.Count - 1)));
        foreach (var resident in within ? new[] { false, true } : [false])
        {
            var found = Join(queries, corpus, new ThresholdJoinOptions(least, within, c.Threads), c.Blocks, resident);
            found.Should().Equal(all.Where(p => p.Similarity >= least));
            found.Should().HaveCountGreaterThanOrEqualTo(cosines.Count(p => p.Value > least + Rounding));
        }
    }

    /// <summary>Pairs in one order; those inside a split with the smaller row first.</summary>
    private static List<RowPair> Join(float[][] queries, float[][] corpus, ThresholdJoinOptions options, (int Query, int Corpus) blockRows, bool resident)
    {
        var queryBlocks = Corpora.Blocks(queries, blockRows.Query);
        var corpusBlocks = resident ? queryBlocks : Corpora.Blocks(corpus, blockRows.Corpus);
        var found = new ConcurrentBag<RowPair>();
        ThresholdJoin.Run(queryBlocks, new ResidentBlocks(corpusBlocks), options, pairs => Array.ForEach(pairs.ToArray(), found.Add), _ => { }, TestContext.Current.CancellationToken);
        return [.. found.Select(p => options.Within && p.Query > p.Corpus ? p with { Query = p.Corpus, Corpus = p.Query } : p).OrderBy(p => p.Query).ThenBy(p => p.Corpus)];
    }

    private static Dictionary<(int Query, int Corpus), double> Cosines(float[][] queries, float[][] corpus) =>
        queries.Index().SelectMany(q => corpus.Index().Select(r => ((q.Index, r.Index), Cosine(q.Item, r.Item)))).ToDictionary(p => p.Item1, p => p.Item2);

    private static double Cosine(float[] a, float[] b)
    {
        double dot = 0, squaredA = 0, squaredB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            dot += (double)a[i] * b[i];
            squaredA += (double)a[i] * a[i];
            squaredB += (double)b[i] * b[i];
        }
        return dot / Math.Sqrt(squaredA * squaredB);
    }

    private static float[][] Make(string kind, int rows, int width, int seed) => kind switch
    {
        "random" => Corpora.Random(rows, width, seed + rows),
        "clustered" => Corpora.Clustered(rows, width, seed),
        "gathered" => Gathered(rows, width, seed),
        "flat" => Flat(rows, width, seed),
        "copies" => [.. Enumerable.Repeat(Corpora.Random(1, width, seed)[0], rows)],
        _ => Corpora.Ties(rows, width, seed),
    };

    /// <summary>Rows around twelve directions, some close to theirs and some astray.</summary>
    private static float[][] Gathered(int rows, int width, int seed)
    {
        var random = new Random(rows);
        var centres = Array.ConvertAll(Corpora.Random(12, width, seed), c => Array.ConvertAll(c, v => v - 0.2f));
        return [.. Enumerable.Range(0, rows).Select(row => Array.ConvertAll(centres[row % 12], c => c + ((row % 5 == 0 ? 1 : 0.1f) * (random.NextSingle() - 0.5f))))];
    }

    /// <summary>Rows of a plane of few dimensions: nothing remains behind the leading directions but rounding.</summary>
    private static float[][] Flat(int rows, int width, int seed)
    {
        const int Dimensions = 6;
        var (axes, places) = (Corpora.Random(Dimensions, width, seed), Corpora.Random(rows, Dimensions, seed + rows));
        return Array.ConvertAll(places, p => Enumerable.Range(0, width).Select(i => p.Zip(axes, (at, axis) => at * axis[i]).Sum()).ToArray());
    }

    private sealed record Case(string Kind, int Width, int Rows, int Seed, double Share, (int, int) Blocks, int Threads)
    {
        public float[][] Make(int rows) => ThresholdJoinTests.Make(Kind, rows, Width, Seed);
    }
}
