namespace ParquetPool.Trainer.Voting;

/// <summary>What most say of a row.</summary>
internal static class MajorityVotes
{
    /// <summary>[class]: the shares of a row's votes; of a row without any, equal ones; a ground truth has all.</summary>
    /// <param name="isCounted">Of a vote's place.</param>
    public static double[] Shares(VoteTable table, int row, Func<int, bool> isCounted)
    {
        var shares = new double[table.Classes.Count];
        if (table.Truth[row] >= 0)
        {
            shares[table.Truth[row]] = 1;
            return shares;
        }
        for (var place = table.First[row]; place < table.First[row + 1]; place++)
        {
            shares[table.Votes[place].Class] += isCounted(place) ? 1 : 0;
        }
        var all = shares.Sum();
        return Array.ConvertAll(shares, count => all > 0 ? count / all : 1.0 / shares.Length);
    }
}
