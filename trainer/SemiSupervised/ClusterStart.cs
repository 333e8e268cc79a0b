using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Strategies;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>What clusters say of rows without labels, as <c>scorer novel</c> makes them of embeddings: the class of a cluster's labels, or one of the hidden classes.</summary>
/// <remarks>The rows of all clusters that are short of labels are clustered once more, into as many as there are hidden classes: the best of <see cref="Tries"/> clusterings by the sum of squared distances.</remarks>
internal static class ClusterStart
{
    /// <summary>Rows that clusters are made of; the others join the nearest. As many as <c>scorer novel</c> takes.</summary>
    private const int MostClustered = 20_000;

    private const int BlockRows = 1024;

    private const int Tries = 10;

    /// <summary>[unlabelled row]: the place of its class, hidden ones behind the set's; -1 where the labels of its cluster do not tell.</summary>
    /// <param name="set">With its own classes alone.</param>
    /// <param name="embedded">What of rows is clustered.</param>
    /// <exception cref="DataException">No cluster is short of labels, or those that are have fewer rows than there are to be hidden classes.</exception>
    public static int[] Of(TrainingSet set, IReadOnlyList<LabelledRow> unlabelled, int hidden, Func<IReadOnlyList<LabelledRow>, Points> embedded, ulong seed)
    {
        var drawn = RowCycle.Shuffled(unlabelled.Count, new PhiloxStream(seed, Purpose.StartRows)).Take(MostClustered).Order().Select(place => unlabelled[place]).ToArray();
        var (points, labelled) = (embedded(drawn), embedded(set.Training));
        var clusters = NovelRows.Find(points, labelled, NovelRows.CountFor(labelled.Count), seed);
        var votes = new int[clusters.Count, set.Classes.Count];
        var (rows, marked) = (new int[clusters.Count], new int[clusters.Count]);
        foreach (var (at, row) in set.Training.Index())
        {
            var cluster = clusters.Of[drawn.Length + at];
            rows[cluster]++;
            marked[cluster]++;
            votes[cluster, row.Class]++;
        }
        var of = Placed(unlabelled, embedded, clusters);
        Array.ForEach(of, cluster => rows[cluster]++);
        var shortage = new LabelShortage(rows, marked);
        var candidates = drawn.Where((_, at) => shortage.IsShort[clusters.Of[at]]).ToArray();
        if (candidates.Length < hidden)
        {
            throw new DataException($"{shortage.IsShort.Count(s => s)} of {clusters.Count} clusters, with {candidates.Length} rows, are short of labels, expected {hidden} rows or more to start --hidden-classes {hidden} from: all classes may have labels, or there are too few labels to tell ('scorer novel' says more); label more rows drawn evenly, or use --learn fixmatch");
        }
        var open = embedded(candidates);
        var groups = Enumerable.Range(0, Tries).Select(attempt => new Clusters(open, hidden, seed + (ulong)attempt)).MinBy(made => Enumerable.Range(0, open.Count).Sum(row => Math.Pow(made.Distance(open, row, made.Of[row]), 2)))!;
        int[] classes = [.. Enumerable.Range(0, clusters.Count).Select(cluster => Most(votes, cluster))];
        var groupOf = Placed(unlabelled, embedded, groups);
        return [.. of.Select((cluster, row) => shortage.IsShort[cluster] ? set.Classes.Count + groupOf[row] : classes[cluster])];
    }

    /// <summary>The class with most labels in a cluster, the first of equals; -1 for none.</summary>
    private static int Most(int[,] votes, int cluster)
    {
        var best = -1;
        for (var c = 0; c < votes.GetLength(1); c++)
        {
            best = votes[cluster, c] > (best < 0 ? 0 : votes[cluster, best]) ? c : best;
        }
        return best;
    }

    private static int[] Placed(IReadOnlyList<LabelledRow> rows, Func<IReadOnlyList<LabelledRow>, Points> embedded, Clusters clusters)
    {
        var places = new int[rows.Count];
        for (var first = 0; first < rows.Count; first += BlockRows)
        {
            var (start, block) = (first, embedded([.. rows.Skip(first).Take(BlockRows)]));
            Parallel.For(0, block.Count, row => places[start + row] = clusters.Nearest(block, row));
        }
        return places;
    }
}
