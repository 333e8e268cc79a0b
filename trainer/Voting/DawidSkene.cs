namespace ParquetPool.Trainer.Voting;

/// <summary>Classes of rows and confusions of annotators, each estimated from the other, in turns.</summary>
/// <remarks>
/// Dawid and Skene (1979), "Maximum likelihood estimation of observer error-rates using the EM algorithm", with the priors of <see cref="Voting.Confusions"/>. It begins with the shares of the votes and draws nothing.
/// Rows with a ground truth keep it, so that they tell what annotators are worth.
/// </remarks>
/// <param name="Prior">[class]</param>
/// <param name="Posterior">[row, class]</param>
internal sealed record DawidSkene(VoteTable Table, double[] Prior, Confusions Confusions, double[] Posterior)
{
    private const int MostTurns = 200;
    private const double Settled = 1e-6;

    /// <param name="isCounted">Of a vote's place; null for all votes.</param>
    public static DawidSkene Of(VoteTable table, Func<int, bool>? isCounted = null, CancellationToken stopping = default)
    {
        isCounted ??= _ => true;
        var (rows, classes) = (table.Ids.Count, table.Classes.Count);
        var posterior = new double[rows * classes];
        for (var row = 0; row < rows; row++)
        {
            MajorityVotes.Shares(table, row, isCounted).CopyTo(posterior.AsSpan(row * classes));
        }
        var changed = double.PositiveInfinity;
        for (var turn = 0; ; turn++)
        {
            stopping.ThrowIfCancellationRequested();
            var (prior, confusions) = (PriorOf(posterior, classes), new Confusions(table, posterior, isCounted));
            if (turn == MostTurns || changed < Settled)
            {
                return new DawidSkene(table, prior, confusions, posterior);
            }
            var next = new double[posterior.Length];
            Parallel.For(0, rows, row => Infer(table, row, prior, confusions, isCounted).CopyTo(next.AsSpan(row * classes)));
            changed = posterior.Zip(next, (was, now) => Math.Abs(was - now)).Max();
            posterior = next;
        }
    }

    /// <summary>[class]: of a row, without some of its votes.</summary>
    public double[] Without(int row, Func<int, bool> isCounted) => Infer(Table, row, Prior, Confusions, isCounted);

    private static double[] Infer(VoteTable table, int row, double[] prior, Confusions confusions, Func<int, bool> isCounted)
    {
        var logs = new double[prior.Length];
        if (table.Truth[row] >= 0)
        {
            logs[table.Truth[row]] = 1;
            return logs;
        }
        var (first, end) = (table.First[row], table.First[row + 1]);
        for (var c = 0; c < logs.Length; c++)
        {
            logs[c] = Math.Log(prior[c]);
            for (var place = first; place < end; place++)
            {
                logs[c] += isCounted(place) ? Math.Log(confusions.Of(table.Votes[place].Annotator, c, table.Votes[place].Class)) : 0;
            }
        }
        var most = logs.Max();
        var powers = Array.ConvertAll(logs, log => Math.Exp(log - most));
        var sum = powers.Sum();
        return Array.ConvertAll(powers, power => power / sum);
    }

    private static double[] PriorOf(double[] posterior, int classes)
    {
        var prior = new double[classes];
        for (var i = 0; i < posterior.Length; i++)
        {
            prior[i % classes] += posterior[i];
        }
        var all = prior.Sum() + classes;
        return Array.ConvertAll(prior, p => (p + 1) / all);
    }
}
