namespace ParquetPool.Trainer.Voting;

/// <summary>What the votes of a row come to.</summary>
/// <param name="Class">-1 where as many votes are for one label as for another.</param>
/// <param name="Probability">Of the class.</param>
/// <param name="Disagreement">The chance that two annotators, drawn from all there are, would say different things of the row.</param>
internal readonly record struct FoundLabel(int Row, int Class, double Probability, double Disagreement, int Votes)
{
    /// <summary>The expected grade, where classes are grades; else NaN.</summary>
    public double Mean { get; init; }
}

/// <summary>What an annotator's votes are like.</summary>
/// <param name="Votes">Given.</param>
/// <param name="Agreement">The share of them, of rows with other votes or a truth, that is the label which these make without them; NaN where there are none.</param>
/// <param name="Accuracy">The estimated share of right votes, were the classes as frequent as they are.</param>
/// <param name="Bias">[class]: how much more often the annotator names it than their rows, by all else, are of it; by a network of voters, than all would name it.</param>
internal sealed record FoundAnnotator(int Annotator, int Votes, double Agreement, double Accuracy, double[] Bias);

/// <summary>Labels of rows and worth of annotators, by one method.</summary>
/// <param name="method">Any but auto.</param>
/// <param name="voters">What a network of voters says; null where there is none.</param>
internal sealed class FoundLabels(DawidSkene model, VoteMethod method, VoterFindings? voters = null)
{
    private readonly VoteTable table = model.Table;
    private readonly double[] mean = model.Confusions.Mean();

    /// <summary>[row]</summary>
    public IEnumerable<FoundLabel> Rows() => Enumerable.Range(0, table.Ids.Count).Select(row =>
    {
        var byVoters = method == VoteMethod.Voters && voters!.Has[row] && table.Truth[row] < 0;
        var shares = method == VoteMethod.Majority ? MajorityVotes.Shares(table, row, _ => true) : byVoters ? Of(voters!.Consensus, row) : Of(model.Posterior, row);
        var most = shares.Max();
        var isTie = method == VoteMethod.Majority && shares.Count(s => s == most) > 1;
        return new FoundLabel(row, isTie ? -1 : Array.IndexOf(shares, most), most, byVoters ? 1 - shares.Sum(s => s * s) : Disagreement(Of(model.Posterior, row)), table.First[row + 1] - table.First[row]) { Mean = table.Mean(shares) };
    });

    /// <summary>[annotator]</summary>
    public IEnumerable<FoundAnnotator> Annotators()
    {
        var classes = table.Classes.Count;
        var of = table.Votes.Index().ToLookup(v => v.Item.Annotator);
        for (var annotator = 0; annotator < table.Annotators.Count; annotator++)
        {
            var (compared, agreed, count, bias) = (0, 0.0, 0, new double[classes]);
            foreach (var (place, vote) in of[annotator])
            {
                bool IsOther(int other) => other != place;
                var without = model.Without(vote.Row, IsOther);
                count++;
                for (var c = 0; c < classes; c++)
                {
                    bias[c] += (c == vote.Class ? 1 : 0) - without[c];
                }
                if (table.Truth[vote.Row] >= 0 || table.First[vote.Row + 1] - table.First[vote.Row] > 1)
                {
                    var shares = method == VoteMethod.Majority ? MajorityVotes.Shares(table, vote.Row, IsOther) : without;
                    var most = shares.Max();
                    compared++;
                    agreed += shares[vote.Class] == most ? 1.0 / shares.Count(s => s == most) : 0;
                }
            }
            var a = annotator;
            yield return new FoundAnnotator(
                annotator, count, compared == 0 ? double.NaN : agreed / compared, Enumerable.Range(0, classes).Sum(c => model.Prior[c] * model.Confusions.Of(a, c, c)), voters is not null ? Of(voters.Bias, annotator) : Array.ConvertAll(bias, b => b / Math.Max(1, count)));
        }
    }

    private double[] Of(double[] values, int place) => values[(place * table.Classes.Count)..((place + 1) * table.Classes.Count)];

    private double Disagreement(double[] posterior)
    {
        var same = 0.0;
        for (var said = 0; said < posterior.Length; said++)
        {
            var share = 0.0;
            for (var c = 0; c < posterior.Length; c++)
            {
                share += posterior[c] * mean[(c * posterior.Length) + said];
            }
            same += share * share;
        }
        return 1 - same;
    }
}
