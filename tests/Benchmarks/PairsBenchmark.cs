using System.Globalization;
using ParquetPool.Preferences;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Comparisons;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Preferences;
using CompareOptions = ParquetPool.Scorer.Comparisons.CompareOptions;

namespace ParquetPool.Benchmarks;

/// <summary>What pairs teach that are chosen by the variance among a committee's members, round after round, against pairs at random.</summary>
internal static class PairsBenchmark
{
    private const int First = 60;
    private const int Query = 60;
    private const int Rounds = 4;
    private const double Wrong = 0.1;

    private enum Way
    {
        Random,

        /// <summary>Those of the highest variance, as Christiano et al. 2017 have it.</summary>
        Highest,

        /// <summary>In proportion to it, as <c>scorer compare</c> does.</summary>
        Drawn,
    }

    /// <param name="digits">mfeat-pix.csv; null for made rows.</param>
    public static void Run(int seeds, int first, string? digits)
    {
        var ways = Enum.GetValues<Way>();
        var loops = ways.ToDictionary(way => way, way => Enumerable.Range(first, seeds).Select(seed => Loop(digits is null ? PreferredRows.Made(seed) : PreferredRows.Digits(digits, seed), way, seed)).ToArray());
        Console.WriteLine($"\n{(digits is null ? "made rows" : "digits")}, {Wrong:P0} of the answers wrong, seeds {first} to {first + seeds - 1}\n\n| answers asked for | random | highest variance | drawn by variance | highest − random | drawn − random |\n| --- | --- | --- | --- | --- | --- |");
        for (var round = 0; round <= Rounds; round++)
        {
            Line($"{First + (round * Query)}", loop => loop.Taus[round], 1);
        }
        Line("pairs in the right order at the end, %", loop => loop.Right, 100);
        Console.WriteLine("\n| of the pairs asked | random | highest variance | drawn by variance |\n| --- | --- | --- | --- |");
        Means("different rows in a query", query => query.Rows, "F0");
        Means("directions in which the members differ", query => query.Directions, "F1");
        Means("equal in truth, %", query => 100 * query.Equal, "F1");
        Means("answered wrongly, %", query => 100 * query.Wrong, "F1");
        Means("preference of the mean member from a half", query => query.Sure, "F2");
        Means("variance of the preference", query => query.Variance, "F3");

        void Line(string name, Func<LoopResult, double> value, double times)
        {
            var (random, highest, drawn) = (Of(Way.Random), Of(Way.Highest), Of(Way.Drawn));
            Console.WriteLine($"| {name} | {Paired.Text(random, times)} | {Paired.Text(highest, times)} | {Paired.Text(drawn, times)} | {Paired.Difference(highest, random, times)} | {Paired.Difference(drawn, random, times)} |");

            double[] Of(Way way) => [.. loops[way].Select(value)];
        }

        void Means(string name, Func<AskedQuery, double> value, string format) =>
            Console.WriteLine($"| {name} | {string.Join(" | ", ways.Select(way => loops[way].Average(loop => loop.Queries.Average(value)).ToString(format)))} |");
    }

    private static LoopResult Loop(PreferredRows pool, Way way, int seed)
    {
        var random = new Random(2000 + seed);
        var (answers, taus, queries) = (new List<Preference>(), new List<double>(), new List<AskedQuery>());
        TrainedRanking? trained = null;
        for (var round = 0; round <= Rounds; round++)
        {
            var rows = PreferredRows.Candidates(trained is null ? [] : pool.Members(trained, seed));
            var options = new CompareOptions([], round == 0 ? First : Query, "") { Seed = (ulong)((100 * seed) + round) };
            var pairs = Pairs(rows, trained is null ? Way.Random : way, options, [.. answers.Select(a => a.Pair)]);
            var said = pairs.Select(pair => pool.Answer(Place(pair.Left), Place(pair.Right), Wrong, random)!).ToArray();
            if (trained is not null)
            {
                queries.Add(Described(pool, pairs, said));
            }
            answers.AddRange(said);
            trained = pool.Train(answers, BradleyTerry.DefaultError, seed);
            taus.Add(pool.Tau(trained));
        }
        return new LoopResult(taus, pool.Right(trained!), queries);
    }

    private static IReadOnlyList<AskedPair> Pairs(ComparedRow[] rows, Way way, CompareOptions options, HashSet<ComparedPair> answered)
    {
        if (way != Way.Highest)
        {
            return PairQuery.Of(rows, way == Way.Random ? PairStrategy.Random : PairStrategy.Variance, options, answered, CancellationToken.None);
        }
        var preferences = new MemberPreferences([.. rows.SelectMany(row => row.Scores)], rows[0].Scores.Length);
        var places = rows.Index().ToDictionary(row => row.Item.Id, row => row.Index);
        var closed = answered.Select(pair => (places[pair.First], places[pair.Second])).ToHashSet();
        var chosen = PairChoice.Of(rows.Length, (first, second) => preferences.Of(first, second).Variance, options.Top, options.PerRow, closed, CancellationToken.None);
        return [.. chosen.Select(pair => (First: rows[pair.First], Second: rows[pair.Second])).Select(pair =>
            RandomScore.Of(options.Seed, ComparedPair.Of(pair.First.Id, pair.Second.Id).Key, Purpose.PairSides) < 0.5 ? new AskedPair(pair.First, pair.Second, null, null) : new AskedPair(pair.Second, pair.First, null, null))];
    }

    private static AskedQuery Described(PreferredRows pool, IReadOnlyList<AskedPair> pairs, Preference[] said)
    {
        double[][] preferences = [.. pairs.Select(pair => pair.Left.Scores.Zip(pair.Right.Scores, (left, right) => 1 / (1 + Math.Exp(right - left))).ToArray())];
        double[][] apart = [.. preferences.Select(members => members.Select(p => p - members.Average()).ToArray())];
        var (trace, squares) = (apart.Sum(a => Product(a, a)), apart.Sum(a => apart.Sum(b => Product(a, b) * Product(a, b))));
        return new AskedQuery(
            pairs.SelectMany(pair => new[] { pair.Left.Id, pair.Right.Id }).Distinct().Count(),
            trace * trace / squares,
            pairs.Average(pair => pool.Truth[Place(pair.Left)] == pool.Truth[Place(pair.Right)] ? 1.0 : 0),
            pairs.Zip(said).Average(pair => pair.Second.Answer == pool.Truly(Place(pair.First.Left), Place(pair.First.Right)) ? 0.0 : 1),
            preferences.Average(members => Math.Abs(members.Average() - 0.5)),
            apart.Average(a => Product(a, a) / a.Length));

        static double Product(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
    }

    private static int Place(ComparedRow row) => int.Parse(row.Id, CultureInfo.InvariantCulture);

    /// <param name="Taus">[round] Kendall's τ-b with the truth.</param>
    /// <param name="Right">The share of the pairs in the right order at the end.</param>
    private sealed record LoopResult(IReadOnlyList<double> Taus, double Right, IReadOnlyList<AskedQuery> Queries);

    /// <summary>What a round's pairs are like.</summary>
    /// <param name="Directions">(Σ λ)² / Σ λ² of the eigenvalues λ of what the members' preferences have in common, pair by pair: 1 where one answer would tell all others.</param>
    private sealed record AskedQuery(double Rows, double Directions, double Equal, double Wrong, double Sure, double Variance);
}
