using ParquetPool.Labels;
using ParquetPool.Statistics;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Voting;

namespace ParquetPool.Trainer.Tests.Voting;

/// <summary>Eight voters of which each has a bias; the strict ones see the good rows.</summary>
public sealed class VoterFindingsTests
{
    private const int Rows = 400;
    private const int Voters = 8;
    private static readonly double[] Bias = [-1.2, -0.9, -0.5, -0.2, 0.2, 0.5, 0.9, 1.2];
    private static readonly float[][] Features;
    private static readonly VoteTable Table;

    static VoterFindingsTests()
    {
        var random = new Random(5);
        Features = [.. Enumerable.Range(0, Rows).Select(_ => new[] { (float)((4 * random.NextDouble()) - 2), (float)random.NextDouble() })];
        var votes = new List<GivenVote>();
        for (var row = 0; row < Rows; row++)
        {
            var quality = Features[row][0];
            int[] who = [.. Enumerable.Range(0, Voters).OrderBy(v => (Bias[v] * quality) + random.NextDouble()).Take(2)];
            votes.AddRange(who.Select(v => new GivenVote($"{row:D3}", $"{v}", $"{Math.Clamp((int)Math.Round(1.5 + quality + Bias[v]), 0, 3)}")));
        }
        Table = MadeVotes.Of(votes).Graded();
    }

    [Fact]
    public void The_mean_over_all_annotators_undoes_who_voted()
    {
        var features = (float[]?[])[.. Features];
        features[7] = null;

        var found = VoterFindings.Of(Table, features, _ => true, seed: 1, _ => { }, TestContext.Current.CancellationToken);

        found.Has[7].Should().BeFalse();
        found.Consensus.AsSpan(7 * 4, 4).ToArray().Should().OnlyContain(p => p == 0);
        double[] truth = [.. Features.Select(f => Bias.Average(b => Math.Clamp(Math.Round(1.5 + f[0] + b), 0, 3)))];
        Error(row => Table.Mean(Of(found.Consensus, row))).Should().BeLessThan(0.6 * Error(row => Table.Mean(MajorityVotes.Shares(Table, row, _ => true))));
        RankCorrelation.Spearman([.. Enumerable.Range(0, Voters).Select(a => Table.Mean(Of(found.Bias, a)))], Bias).Should().BeGreaterThan(0.9);
        found.Bias.Sum().Should().BeApproximately(0, 1e-6, "all together have none");

        double Error(Func<int, double> mean) => Enumerable.Range(0, Rows).Where(row => row != 7).Average(row => Math.Abs(mean(row) - truth[row]));
    }

    [Fact]
    public void Before_a_vote_is_learnt_an_annotator_says_what_all_do()
    {
        using var training = new VoterTraining(Table, Features, _ => true, Standardisation.Of(Features, 1), seed: 2);

        var histogram = training.Probabilities(VoterNetwork.Histogram, Features, annotator: 0);

        training.Probabilities(VoterNetwork.Voter, Features, annotator: 3).Should().Equal(histogram);
        histogram.Chunk(4).Should().OnlyContain(row => Math.Abs(row.Sum() - 1) < 1e-5);
    }

    private static double[] Of(double[] values, int place) => values[(place * 4)..((place + 1) * 4)];
}
