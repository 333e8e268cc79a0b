using System.Globalization;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Preferences;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Comparisons;
using ParquetPool.Scorer.Models;
using ParquetPool.Statistics;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Preferences;
using ParquetPool.Trainer.Training;
using CompareOptions = ParquetPool.Scorer.Comparisons.CompareOptions;

namespace ParquetPool.Benchmarks;

/// <summary>How far ranks that were learnt from preferences agree with the truth, on rows that no answer is about.</summary>
internal static class PreferencesBenchmark
{
    private const int Seeds = 8;
    private const int Learnt = 1000;
    private const int Answers = 500;
    private const int First = 60;
    private const int Query = 60;
    private const int Rounds = 4;
    private const double WrongWhileAsking = 0.1;
    private static readonly NetworkSpec Layers = NetworkSpec.Parse("""{ "layers": [ { "type": "dense", "units": 64, "dropout": 0.2 }, { "type": "dense", "units": 64, "dropout": 0.2 } ] }""", "network.json");

    /// <param name="digits">mfeat-pix.csv: which of two digits is the greater? Null for made rows alone.</param>
    public static void Run(string? digits)
    {
        Loss("made rows", seed => Made(seed));
        Pairs(Seeds);
        if (digits is not null)
        {
            Loss("digits", seed => Digits(digits, seed));
            Choice("digits", seed => Digits(digits, seed), Seeds);
        }
    }

    /// <summary>How pairs are chosen, on made rows alone.</summary>
    public static void Pairs(int seeds) => Choice("made rows", Made, seeds);

    /// <summary>The loss that expects errors against the one that believes every answer.</summary>
    private static void Loss(string name, Func<int, Pool> poolOf)
    {
        Console.WriteLine($"\n{name}, {Answers} answers\n\n| wrong answers | naive | error of 10 % | difference | error as it is | difference |\n| --- | --- | --- | --- | --- | --- |");
        foreach (var wrong in new[] { 0, 0.1, 0.2, 0.3 })
        {
            var (naive, aware, told) = (new double[Seeds], new double[Seeds], new double[Seeds]);
            for (var seed = 0; seed < Seeds; seed++)
            {
                var (pool, random) = (poolOf(seed), new Random(1000 + seed));
                Preference[] answers = [.. Enumerable.Range(0, Answers).Select(_ => pool.Answer(random.Next(Learnt), random.Next(Learnt), wrong, random)).OfType<Preference>()];
                naive[seed] = pool.Tau(Train(pool, answers, 0, seed));
                aware[seed] = pool.Tau(Train(pool, answers, BradleyTerry.DefaultError, seed));
                told[seed] = wrong is 0 ? naive[seed] : wrong == 0.05 ? aware[seed] : pool.Tau(Train(pool, answers, 2 * wrong, seed));
            }
            Console.WriteLine($"| {wrong:P0} | {Text(naive)} | {Text(aware)} | {Difference(aware, naive)} | {Text(told)} | {Difference(told, naive)} |");
        }
    }

    /// <summary>Pairs of which the members are unsure against pairs at random, round after round.</summary>
    private static void Choice(string name, Func<int, Pool> poolOf, int seeds)
    {
        var taus = Enum.GetValues<PairStrategy>().ToDictionary(s => s, _ => Enumerable.Range(0, Rounds + 1).Select(_ => new double[seeds]).ToArray());
        var shares = Enum.GetValues<PairStrategy>().ToDictionary(s => s, _ => new double[seeds]);
        foreach (var strategy in Enum.GetValues<PairStrategy>())
        {
            for (var seed = 0; seed < seeds; seed++)
            {
                var (pool, random) = (poolOf(seed), new Random(2000 + seed));
                var (answers, trained) = (new List<Preference>(), default(TrainedRanking));
                for (var round = 0; round <= Rounds; round++)
                {
                    ComparedRow[] rows = pool.Candidates(trained is null || strategy == PairStrategy.Random ? [] : Members(trained, pool, seed));
                    var options = new CompareOptions([], round == 0 ? First : Query, "") { Seed = (ulong)((100 * seed) + round) };
                    foreach (var pair in PairQuery.Of(rows, round == 0 ? PairStrategy.Random : strategy, options, answers.Select(a => a.Pair), CancellationToken.None))
                    {
                        answers.AddRange(pool.Answer(int.Parse(pair.Left.Id, CultureInfo.InvariantCulture), int.Parse(pair.Right.Id, CultureInfo.InvariantCulture), WrongWhileAsking, random) is { } answer ? [answer] : Array.Empty<Preference>());
                    }
                    trained = Train(pool, answers, BradleyTerry.DefaultError, seed);
                    taus[strategy][round][seed] = pool.Tau(trained);
                    shares[strategy][seed] = pool.Right(trained);
                }
            }
        }
        Console.WriteLine($"\n{name}, {WrongWhileAsking:P0} of the answers wrong\n\n| answers asked for | random | variance | difference |\n| --- | --- | --- | --- |");
        for (var round = 0; round <= Rounds; round++)
        {
            var (random, variance) = (taus[PairStrategy.Random][round], taus[PairStrategy.Variance][round]);
            Console.WriteLine($"| {First + (round * Query)} | {Text(random)} | {Text(variance)} | {Difference(variance, random)} |");
        }
        Console.WriteLine($"| pairs in the right order at the end, % | {Text(shares[PairStrategy.Random], 100)} | {Text(shares[PairStrategy.Variance], 100)} | {Difference(shares[PairStrategy.Variance], shares[PairStrategy.Random], 100)} |");
    }

    private static TrainedRanking Train(Pool pool, IReadOnlyList<Preference> answers, double error, int seed)
    {
        var named = answers.SelectMany(a => new[] { a.Left, a.Right }).Distinct();
        var set = PairSet.Of([new VectorColumn("features", pool.Rows[0].Length)], named.Select(id => (id, pool.Rows[int.Parse(id, CultureInfo.InvariantCulture)])), answers, 0.1);
        return PairTraining.Execute(set, new TrainOptions { Network = Layers, Seed = (ulong)seed }, error);
    }

    /// <summary>[row, member]</summary>
    private static double[][] Members(TrainedRanking trained, Pool pool, int seed)
    {
        var package = new ModelPackage("ranking", trained.Network.Forward, "", null) { Output = new OutputChoice(Network.Score, OutputKind.Logits) };
        using var committee = Committee.Compile(package, FeatureInput.Declared(package), CompareOptions.DefaultPasses, (ulong)seed);
        using var run = committee.NewRun();
        var found = new List<double[]>();
        Span<float> logits = stackalloc float[2];
        for (var start = 0; start < Learnt; start += committee.TileRows)
        {
            var count = Math.Min(committee.TileRows, Learnt - start);
            for (var row = 0; row < count; row++)
            {
                pool.Rows[start + row].CopyTo(run.Input(0)[(row * pool.Rows[0].Length)..]);
            }
            run.Run(count);
            for (var row = 0; row < count; row++)
            {
                var scores = new double[committee.Members];
                for (var member = 0; member < scores.Length; member++)
                {
                    run.CopyLogits(member, row, logits);
                    scores[member] = logits[1] - logits[0];
                }
                found.Add(scores);
            }
        }
        return [.. found];
    }

    private static Pool Made(int seed)
    {
        var made = new MadeVoters(seed, voters: 50);
        float[][] rows = [.. Enumerable.Range(0, 2 * Learnt).Select(_ => made.Row())];
        return new Pool(rows, [.. rows.Select(made.Mean)], Learnt);
    }

    private static Pool Digits(string path, int seed)
    {
        var random = new Random(seed);
        float[][] lines = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(',').Select(cell => float.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        random.Shuffle(lines);
        return new Pool([.. lines.Select(line => line[..^1])], [.. lines.Select(line => (double)line[^1])], Learnt);
    }

    private static string Text(double[] values, double times = 1)
    {
        var (mean, digits) = (values.Average(), times == 1 ? "F3" : "F1");
        return $"{(times * mean).ToString(digits)} ± {(times * Error(values)).ToString(digits)}";
    }

    /// <summary>The mean of paired differences and its 95 % interval.</summary>
    private static string Difference(double[] one, double[] other, double times = 1)
    {
        double[] apart = [.. one.Zip(other, (a, b) => times * (a - b))];
        var (mean, within, digits) = (apart.Average(), Interval.OfMean(apart)!, times == 1 ? "F3" : "F1");
        return $"{mean.ToString(times == 1 ? "+0.000;-0.000" : "+0.0;-0.0")} [{within.Low.ToString(digits)}, {within.High.ToString(digits)}]";
    }

    private static double Error(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length);
    }

    /// <summary>Rows of which the truth is known: the first are asked about, the others measured by.</summary>
    private sealed record Pool(float[][] Rows, double[] Truth, int Asked)
    {
        /// <summary>What somebody says who prefers the greater, and errs; null where it is one row twice.</summary>
        public Preference? Answer(int left, int right, double wrong, Random random)
        {
            var (says, errs) = (Truth[left] == Truth[right] ? PreferenceAnswer.Equal : Truth[left] > Truth[right] ? PreferenceAnswer.Left : PreferenceAnswer.Right, random.NextDouble() < wrong);
            return left == right ? null : new Preference($"{left}", $"{right}", !errs ? says : says == PreferenceAnswer.Left ? PreferenceAnswer.Right : PreferenceAnswer.Left, "");
        }

        public ComparedRow[] Candidates(double[][] members) =>
            [.. Enumerable.Range(0, Asked).Select(row => new ComparedRow($"{row}", "", row, members.Length > 0 ? members[row] : [])).OrderBy(row => row.Id, StringComparer.Ordinal)];

        /// <summary>Kendall's τ-b with the truth.</summary>
        public double Tau(TrainedRanking trained)
        {
            var (agree, differ, tiedTruth, all) = Count(trained);
            return (agree - differ) / Math.Sqrt((all - tiedTruth) * (double)all);
        }

        /// <summary>The share of the pairs that differ in truth which the scores put in the right order.</summary>
        public double Right(TrainedRanking trained) => Count(trained) is var (agree, differ, _, _) ? agree / (double)(agree + differ) : 0;

        private (long Agree, long Differ, long TiedTruth, long All) Count(TrainedRanking trained)
        {
            var (scores, found) = (Scores(trained), (Agree: 0L, Differ: 0L, TiedTruth: 0L, All: 0L));
            for (var first = Asked; first < Rows.Length; first++)
            {
                for (var second = first + 1; second < Rows.Length; second++)
                {
                    var sign = Math.Sign(Truth[first] - Truth[second]) * Math.Sign(scores[first - Asked] - scores[second - Asked]);
                    found = (found.Agree + (sign > 0 ? 1 : 0), found.Differ + (sign < 0 ? 1 : 0), found.TiedTruth + (Truth[first] == Truth[second] ? 1 : 0), found.All + 1);
                }
            }
            return found;
        }

        private float[] Scores(TrainedRanking trained) => ScoresOfRows.Of(trained, Rows[Asked..]);
    }
}
