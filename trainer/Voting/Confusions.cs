namespace ParquetPool.Trainer.Voting;

/// <summary>What each annotator says of rows of each class: probabilities, estimated from posterior counts.</summary>
/// <remarks>
/// An annotator's row of the confusion matrix is a Dirichlet mean: what was counted, and <see cref="Strength"/> votes as an annotator of the same accuracy would give them, who errs as all do.
/// The accuracy is drawn to that of all in the same way. So somebody with three votes is taken for an average annotator, somebody with a thousand for what they are.
/// Where annotators times classes squared are too many to count, accuracies alone tell annotators apart.
/// </remarks>
internal sealed class Confusions
{
    private const double Strength = 5;
    private const double FirstAccuracy = 0.7; // What is believed of annotators before a vote is counted, as if by two votes of two.
    private const double FirstVotes = 2;
    private const long MostCounts = 1 << 24;

    private readonly int classes;
    private readonly double[] counts; // [annotator, class, said]; empty where they would be too many.
    private readonly double[] totals; // [annotator, class]
    private readonly double[] accuracies; // [annotator]
    private readonly double[] errors; // [class, said]: how errors of all annotators are spread, each row's sum 1; empty for evenly.

    /// <param name="posterior">[row, class]</param>
    /// <param name="isCounted">Of a vote's place.</param>
    public Confusions(VoteTable table, double[] posterior, Func<int, bool> isCounted)
    {
        classes = table.Classes.Count;
        var annotators = table.Annotators.Count;
        var isFull = (long)annotators * classes * classes <= MostCounts;
        (counts, errors) = (new double[isFull ? annotators * classes * classes : 0], new double[isFull ? classes * classes : 0]);
        (totals, accuracies) = (new double[isFull ? annotators * classes : 0], new double[annotators]);
        var (votes, right) = (new double[annotators], 0.0);
        foreach (var (place, vote) in table.Votes.Index().Where(v => isCounted(v.Index)))
        {
            var hit = posterior[(vote.Row * classes) + vote.Class];
            (votes[vote.Annotator], accuracies[vote.Annotator], right) = (votes[vote.Annotator] + 1, accuracies[vote.Annotator] + hit, right + hit);
            for (var c = 0; isFull && c < classes; c++)
            {
                var share = posterior[(vote.Row * classes) + c];
                counts[(((vote.Annotator * classes) + c) * classes) + vote.Class] += share;
                totals[(vote.Annotator * classes) + c] += share;
                errors[(c * classes) + vote.Class] += c == vote.Class ? 0 : share;
            }
        }
        var all = (right + (FirstVotes * FirstAccuracy)) / (votes.Sum() + FirstVotes);
        for (var a = 0; a < annotators; a++)
        {
            accuracies[a] = (accuracies[a] + (Strength * all)) / (votes[a] + Strength);
        }
        for (var c = 0; isFull && c < classes; c++)
        {
            var sum = errors.AsSpan(c * classes, classes).ToArray().Sum() + 1; // One more error, spread evenly.
            for (var said = 0; said < classes; said++)
            {
                errors[(c * classes) + said] = said == c ? 0 : (errors[(c * classes) + said] + (1.0 / (classes - 1))) / sum;
            }
        }
    }

    /// <summary>The probability that the annotator says <paramref name="said"/> of a row of a class.</summary>
    public double Of(int annotator, int of, int said)
    {
        var usual = of == said ? accuracies[annotator] : (1 - accuracies[annotator]) * (errors.Length > 0 ? errors[(of * classes) + said] : 1.0 / (classes - 1));
        return counts.Length == 0 ? usual
            : (counts[(((annotator * classes) + of) * classes) + said] + (Strength * usual)) / (totals[(annotator * classes) + of] + Strength);
    }

    /// <summary>[class, said]: the mean over all annotators, however much each of them said.</summary>
    public double[] Mean()
    {
        var mean = new double[classes * classes];
        for (var i = 0; i < mean.Length; i++)
        {
            for (var a = 0; a < accuracies.Length; a++)
            {
                mean[i] += Of(a, i / classes, i % classes) / accuracies.Length;
            }
        }
        return mean;
    }
}
