using System.Text.Json.Serialization;

namespace ParquetPool.Trainer.Voting;

/// <summary>How well labels that were made without some votes tell these votes.</summary>
/// <remarks>
/// Of classes the share of the votes that are the label; of equally likely labels each has its part. Of grades the share of the votes' variance that the expected grade explains, which is below 0 where their mean would do better.
/// </remarks>
/// <param name="Votes">Votes of rows that have others.</param>
/// <param name="Voters">Null where no network learnt.</param>
internal sealed record HeldOutVotes(int Votes, double Majority, double DawidSkene, double? Voters)
{
    private const int Folds = 5;

    /// <summary>The method that does best; of equals the one that knows more.</summary>
    [JsonIgnore]
    public VoteMethod Best => Voters >= Math.Max(Majority, DawidSkene) ? VoteMethod.Voters : DawidSkene >= Majority ? VoteMethod.DawidSkene : VoteMethod.Majority;

    /// <summary>Every fifth vote in turn is held out.</summary>
    /// <param name="learn">Gives what a network learns from the votes that are counted; null for none.</param>
    public static HeldOutVotes? Of(VoteTable table, Func<Func<int, bool>, VoterFindings>? learn, CancellationToken stopping)
    {
        var (votes, majority, model, voters) = (new List<int>(), new List<double[]>(), new List<double[]>(), new List<double[]>());
        for (var fold = 0; fold < Folds; fold++)
        {
            var held = fold;
            bool IsCounted(int place) => FoldOf(table, place) != held;
            int[] compared = [.. table.Votes.Index().Where(v => !IsCounted(v.Index) && table.Truth[v.Item.Row] < 0 && Enumerable.Range(table.First[v.Item.Row], table.First[v.Item.Row + 1] - table.First[v.Item.Row]).Any(IsCounted)).Select(v => v.Index)];
            if (compared.Length == 0)
            {
                continue;
            }
            var fitted = Voting.DawidSkene.Of(table, IsCounted, stopping);
            var found = learn?.Invoke(IsCounted);
            votes.AddRange(compared.Select(place => table.Votes[place].Class));
            foreach (var row in compared.Select(place => table.Votes[place].Row))
            {
                var range = (row * table.Classes.Count)..((row + 1) * table.Classes.Count);
                majority.Add(MajorityVotes.Shares(table, row, IsCounted));
                model.Add(fitted.Posterior[range]);
                voters.Add(found?.Has[row] == true ? found.Consensus[range] : model[^1]);
            }
        }
        return votes.Count == 0 ? null : new HeldOutVotes(votes.Count, Score(table, votes, majority), Score(table, votes, model), learn is null ? null : Score(table, votes, voters));
    }

    /// <summary>Two votes of a row are in different fifths, if it has no more than five, and those of an annotator who votes on every row in all of them.</summary>
    private static int FoldOf(VoteTable table, int place) => (place - table.First[table.Votes[place].Row] + table.Votes[place].Row) % Folds;

    /// <param name="said">[vote]: the class.</param>
    /// <param name="told">[vote][class]: probabilities.</param>
    private static double Score(VoteTable table, List<int> said, List<double[]> told)
    {
        if (table.Grades is not { } grades)
        {
            return said.Zip(told, Credit).Average();
        }
        var mean = said.Average(c => grades[c]);
        var all = said.Sum(c => Math.Pow(grades[c] - mean, 2));
        return all > 0 ? 1 - (said.Zip(told, (c, p) => Math.Pow(grades[c] - table.Mean(p), 2)).Sum() / all) : 0;
    }

    private static double Credit(int said, double[] probabilities)
    {
        var most = probabilities.Max();
        return probabilities[said] < most ? 0 : 1.0 / probabilities.Count(p => p == most);
    }
}
