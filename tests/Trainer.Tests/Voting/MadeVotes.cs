using ParquetPool.Labels;
using ParquetPool.Trainer.Voting;

namespace ParquetPool.Trainer.Tests.Voting;

/// <summary>Votes of annotators whose errors are known.</summary>
internal static class MadeVotes
{
    private static readonly string[] Classes = ["ant", "bee", "cow"];

    /// <summary>Every annotator says something of each row.</summary>
    /// <param name="says">Of an annotator, a row, its class and a draw in [0, 1): the class said; below 0 for nothing.</param>
    public static (VoteTable Table, int[] Truth) Of(int rows, int annotators, Func<int, int, int, double, int> says, int seed = 3)
    {
        var random = new Random(seed);
        int[] truth = [.. Enumerable.Range(0, rows).Select(_ => random.Next(Classes.Length))];
        var votes = new List<GivenVote>();
        for (var row = 0; row < rows; row++)
        {
            for (var a = 0; a < annotators; a++)
            {
                if (says(a, row, truth[row], random.NextDouble()) is >= 0 and var said)
                {
                    votes.Add(new GivenVote($"row-{row:D4}", $"annotator-{a}", Classes[said]));
                }
            }
        }
        return (Of(votes), truth);
    }

    public static VoteTable Of(IReadOnlyList<GivenVote> votes, params (string Id, string Label)[] truths) =>
        VoteTable.Of(new Consensus(new Dictionary<string, string>(), [], 0) { Votes = votes, Truths = truths.ToDictionary(t => t.Id, t => t.Label) });

    /// <summary>The share of the rows that have their class.</summary>
    public static double Right(IEnumerable<FoundLabel> labels, int[] truth) => labels.Average(l => l.Class == truth[l.Row] ? 1.0 : 0);
}
