namespace ParquetPool.Trainer.Voting;

/// <summary>A row that one more vote tells most about.</summary>
/// <param name="Information">What a vote of the first of them lets expect about the row's class, in nats.</param>
/// <param name="Ask">Places of annotators who have not said anything of the row, the most telling first.</param>
internal sealed record SecondOpinion(int Row, double Information, IReadOnlyList<int> Ask);

/// <summary>Which rows are worth another vote, and whose.</summary>
/// <remarks>The expected information of a vote: the mutual information of the row's class and what an annotator would say. Only the annotators who tell most of an average row are asked, and only of the rows that are most open.</remarks>
internal static class SecondOpinions
{
    private const int MostAnnotators = 20;
    private const int Named = 3;
    private const int RowsForEach = 5;

    /// <param name="top">How many rows, at most.</param>
    public static IReadOnlyList<SecondOpinion> Of(DawidSkene model, int top, CancellationToken stopping)
    {
        var (table, classes) = (model.Table, model.Prior.Length);
        var people = Enumerable.Range(0, table.Annotators.Count).Where(a => table.Annotators[a].Length > 0)
            .OrderByDescending(a => Information(model, a, model.Prior)).ThenBy(a => a).Take(MostAnnotators).ToArray();
        double[] Posterior(int row) => model.Posterior[(row * classes)..((row + 1) * classes)];
        var open = Enumerable.Range(0, table.Ids.Count).Where(row => table.Truth[row] < 0)
            .Select(row => (Row: row, Entropy: Entropy(Posterior(row)))).OrderByDescending(r => r.Entropy).ThenBy(r => r.Row).Take(RowsForEach * top).Select(r => r.Row);
        return
        [
            .. open.AsParallel().AsOrdered().WithCancellation(stopping).Select(Opinion).Where(o => o.Ask.Count > 0).AsSequential()
                .OrderByDescending(o => o.Information).ThenBy(o => o.Row).Take(top),
        ];

        SecondOpinion Opinion(int row)
        {
            var said = table.Votes.Take(table.Of(row)).Select(v => v.Annotator).ToHashSet();
            var posterior = Posterior(row);
            var asked = people.Where(a => !said.Contains(a)).Select(a => (Annotator: a, Told: Information(model, a, posterior)))
                .OrderByDescending(a => a.Told).ThenBy(a => a.Annotator).Take(Named).ToList();
            return new SecondOpinion(row, asked.Count > 0 ? asked[0].Told : 0, [.. asked.Select(a => a.Annotator)]);
        }
    }

    /// <summary>The mutual information of a class and what an annotator says of it, in nats.</summary>
    /// <param name="probabilities">[class]</param>
    internal static double Information(DawidSkene model, int annotator, double[] probabilities)
    {
        var (said, given) = (new double[probabilities.Length], 0.0);
        for (var c = 0; c < probabilities.Length; c++)
        {
            for (var l = 0; l < said.Length; l++)
            {
                var p = model.Confusions.Of(annotator, c, l);
                said[l] += probabilities[c] * p;
                given -= p > 0 ? probabilities[c] * p * Math.Log(p) : 0;
            }
        }
        return Math.Max(0, Entropy(said) - given);
    }

    private static double Entropy(double[] probabilities) => -probabilities.Sum(p => p > 0 ? p * Math.Log(p) : 0);
}
