using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Voting;

/// <summary>What a network of voters says of the rows that have features.</summary>
/// <param name="Has">[row]: whether it has.</param>
/// <param name="Consensus">[row, class]: the mean over all annotators of what they would say; zeros for rows without features.</param>
/// <param name="Bias">[annotator, class]: how much more often the annotator would name a class than all do, over all these rows.</param>
internal sealed record VoterFindings(IReadOnlyList<bool> Has, double[] Consensus, double[] Bias)
{
    /// <param name="features">[row]; null where a row has none.</param>
    /// <param name="isCounted">Of a vote's place.</param>
    /// <param name="advance">Told of each step.</param>
    public static VoterFindings Of(VoteTable table, float[]?[] features, Func<int, bool> isCounted, ulong seed, Action<long> advance, CancellationToken stopping)
    {
        int[] rows = [.. Enumerable.Range(0, features.Length).Where(row => features[row] is not null)];
        float[][] known = [.. rows.Select(row => features[row]!)];
        var empty = new float[known[0].Length];
        var classes = table.Classes.Count;
        using var training = new VoterTraining(table, [.. features.Select(f => f ?? empty)], place => isCounted(place) && features[table.Votes[place].Row] is not null, Standardisation.Of(known, 1), seed);
        training.LearnHistogram(advance, stopping);
        training.LearnVoters(advance, stopping);
        var (mean, bias) = (new double[rows.Length * classes], new double[table.Annotators.Count * classes]);
        for (var annotator = 0; annotator < table.Annotators.Count; annotator++)
        {
            stopping.ThrowIfCancellationRequested();
            foreach (var (i, p) in training.Probabilities(VoterNetwork.Voter, known, annotator + 1).Index())
            {
                mean[i] += p / table.Annotators.Count;
                bias[(annotator * classes) + (i % classes)] += p / rows.Length;
            }
        }
        var all = new double[classes];
        var consensus = new double[features.Length * classes];
        for (var i = 0; i < mean.Length; i++)
        {
            all[i % classes] += mean[i] / rows.Length;
            consensus[(rows[i / classes] * classes) + (i % classes)] = mean[i];
        }
        return new VoterFindings([.. features.Select(f => f is not null)], consensus, [.. bias.Select((b, i) => b - all[i % classes])]);
    }
}
