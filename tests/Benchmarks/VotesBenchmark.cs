using ParquetPool.Labels;
using ParquetPool.Statistics;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Voting;

namespace ParquetPool.Benchmarks;

/// <summary>What is made of votes against what is known of the rows.</summary>
internal static class VotesBenchmark
{
    private const int Seeds = 5;

    /// <summary>Five annotators of accuracy .95 to .55: the share of the rows whose label is right, a tie at its chance.</summary>
    public static void Five()
    {
        double[] accuracies = [0.95, 0.85, 0.75, 0.65, 0.55];
        Console.WriteLine("| classes, votes a row | majority | Dawid and Skene | chosen on held-out votes |\n| --- | --- | --- | --- |");
        foreach (var (classes, each) in new[] { (2, 3), (2, 5), (5, 3), (5, 5), (10, 3) })
        {
            var (majority, weighed, chosen) = (new double[Seeds], new double[Seeds], 0);
            for (var seed = 0; seed < Seeds; seed++)
            {
                var random = new Random(seed);
                int[] truth = [.. Enumerable.Range(0, 1000).Select(_ => random.Next(classes))];
                GivenVote[] votes =
                [
                    .. from row in Enumerable.Range(0, truth.Length)
                       from a in Enumerable.Range(0, accuracies.Length).OrderBy(_ => random.Next()).Take(each).ToList()
                       select new GivenVote($"{row:D4}", $"{a}", $"{(random.NextDouble() < accuracies[a] ? truth[row] : (truth[row] + 1 + random.Next(classes - 1)) % classes)}"),
                ];
                var said = new Consensus(new Dictionary<string, string>(), [], 0) { Votes = votes };
                var found = WeighedVotes.Of(VoteTable.Of(said), VoteMethod.Auto, learn: null, CancellationToken.None);
                majority[seed] = Enumerable.Range(0, truth.Length).Average(row => Credit(MajorityVotes.Shares(found.Table, row, _ => true), truth[row]));
                weighed[seed] = Enumerable.Range(0, truth.Length).Average(row => Credit(found.Model.Posterior[(row * classes)..((row + 1) * classes)], truth[row]));
                chosen += found.Method == VoteMethod.DawidSkene ? 1 : 0;
            }
            Console.WriteLine($"| {classes}, {each} | {Text(majority, 100)} | {Text(weighed, 100)} | {chosen} of {Seeds} |");
        }
    }

    /// <summary>Correlations of grades with the mean of all voters, on rows that nobody voted on.</summary>
    /// <param name="from">The first seed.</param>
    public static void Ordinal(int rows, int from)
    {
        var figures = Enumerable.Range(0, 4).Select(_ => new double[Seeds]).ToArray();
        for (var seed = 0; seed < Seeds; seed++)
        {
            var made = new MadeVoters(from + seed, voters: 300);
            float[][] learnt = [.. Enumerable.Range(0, rows).Select(_ => made.Row())];
            GivenVote[] votes = [.. learnt.SelectMany((row, place) => made.Votes(row).Select(v => new GivenVote($"{place:D5}", $"{v.Voter:D3}", $"{v.Grade}")))];
            var table = VoteTable.Of(new Consensus(new Dictionary<string, string>(), [], 0) { Votes = votes }).Graded();
            float[][] tested = [.. Enumerable.Range(0, 2000).Select(_ => made.Row())];
            double[] truth = [.. tested.Select(made.Mean)];
            figures[0][seed] = Correlation(DirectRegression.Predict(table, learnt, tested, (ulong)(from + seed)), truth);
            using var training = new VoterTraining(table, learnt, _ => true, Standardisation.Of(learnt, 1), (ulong)(from + seed));
            training.LearnHistogram(_ => { }, CancellationToken.None);
            figures[1][seed] = Correlation(Means(training.Probabilities(VoterNetwork.Histogram, tested, 0)), truth);
            training.LearnVoters(_ => { }, CancellationToken.None);
            double[][] voters = [.. table.Annotators.Select((_, a) => Means(training.Probabilities(VoterNetwork.Voter, tested, a + 1)))];
            figures[2][seed] = Correlation([.. Enumerable.Range(0, tested.Length).Select(row => voters.Average(v => v[row]))], truth);
            double[] bias = [.. voters.Select(v => v.Average())];
            figures[3][seed] = RankCorrelation.Spearman(bias, [.. table.Annotators.Select(name => made.Bias[int.Parse(name)])]);
            Console.WriteLine($"seed {from + seed}: {votes.Length} votes, direct {figures[0][seed]:F3}, histogram {figures[1][seed]:F3}, voters {figures[2][seed]:F3}, bias {figures[3][seed]:F3}");
        }
        Console.WriteLine("| rows | direct regression | histogram | voters | rank correlation of bias |\n| --- | --- | --- | --- | --- |");
        Console.WriteLine($"| {rows} | {Text(figures[0])} | {Text(figures[1])} | {Text(figures[2])} | {Text(figures[3])} |");
    }

    private static double[] Means(double[] probabilities) =>
        [.. probabilities.Chunk(MadeVoters.Grades).Select(row => row.Select((p, grade) => p * grade).Sum())];

    private static double Credit(double[] probabilities, int truth)
    {
        var most = probabilities.Max();
        return probabilities[truth] < most ? 0 : 1.0 / probabilities.Count(p => p == most);
    }

    private static double Correlation(double[] x, double[] y)
    {
        var (a, b) = (x.Average(), y.Average());
        return x.Zip(y, (u, v) => (u - a) * (v - b)).Sum() / Math.Sqrt(x.Sum(u => (u - a) * (u - a)) * y.Sum(v => (v - b) * (v - b)));
    }

    private static string Text(double[] values, double times = 1)
    {
        var (mean, digits) = (values.Average(), times == 1 ? "F3" : "F1");
        var error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length);
        return $"{(times * mean).ToString(digits)} ± {(times * error).ToString(digits)}";
    }
}
