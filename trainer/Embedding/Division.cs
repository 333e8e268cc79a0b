using ParquetPool.Randomness;
using ParquetPool.Scorer.Strategies;
using ParquetPool.Statistics;
using ParquetPool.Trainer.Libtorch;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Embedding;

/// <summary>An embedding whose units are divided among learners, each of which learns from one cluster of the rows: Sanakoyeu et al. 2019. Not for two threads at a time.</summary>
/// <remarks>
/// Clusters are those of the whole embedding. When they are made anew, each goes to the learner whose rows it has most of, by the assignment under which most rows stay. Learners take turns
/// at random, by the rows that they have. A cluster in which too little belongs together is not learnt from until it is made anew; where that is so of all, all rows are learnt from by each.
/// </remarks>
internal sealed class Division : IDisposable
{
    private const float LeastSquare = 1e-12f;

    private readonly IRelations relations;
    private readonly int learners;
    private readonly int units;
    private readonly int batchRows;
    private readonly ulong seed;
    private readonly PhiloxStream turns;
    private readonly List<(int Learner, int Rows, IEnumerator<int[]> Batches)> streams = [];
    private int[]? learnerOf; // [learnt row]: the learner that it teaches; before the first division null.
    private uint times;

    /// <param name="units">Of the embedding; each learner has as many, one more or less.</param>
    public Division(IRelations relations, int learners, int units, int batchRows, ulong seed)
    {
        (this.relations, this.learners, this.units, this.batchRows, this.seed) = (relations, learners, units, batchRows, seed);
        turns = new PhiloxStream(seed, Purpose.LearnerTurns);
    }

    /// <summary>Clusters the rows and gives each learner one.</summary>
    /// <param name="embeddings">Of all rows, [row, unit].</param>
    public void Divide(float[] embeddings)
    {
        var clusters = new Clusters(new Points([.. relations.Learnt.SelectMany(row => embeddings.AsSpan(row * units, units).ToArray())], units), learners, unchecked(seed + times++));
        var matched = Matched(learnerOf, clusters.Of, learners);
        learnerOf = [.. clusters.Of.Select(cluster => matched[cluster])];
        streams.ForEach(stream => stream.Batches.Dispose());
        streams.Clear();
        for (var learner = 0; learner < learners; learner++)
        {
            var own = relations.Learnt.Where((_, at) => learnerOf[at] == learner).ToHashSet();
            Open(learner, own.Count, own);
        }
        if (streams.Count == 0)
        {
            for (var learner = 0; learner < learners; learner++)
            {
                Open(learner, 1, null);
            }
        }
    }

    /// <summary>[cluster]: the learner that it goes to, so that most rows stay with theirs; its own number where there are none yet.</summary>
    /// <param name="before">[row]: learners; null for none yet.</param>
    /// <param name="clusters">[row]</param>
    public static int[] Matched(IReadOnlyList<int>? before, IReadOnlyList<int> clusters, int learners)
    {
        var stay = new double[learners, learners];
        foreach (var (row, cluster) in clusters.Index())
        {
            stay[cluster, before?[row] ?? cluster]--;
        }
        return Assignment.Least(stay);
    }

    /// <summary>The next rows, and the learner that they teach.</summary>
    public (int Learner, int[] Rows) Next()
    {
        var place = turns.Below(streams.Sum(stream => stream.Rows));
        var at = 0;
        while (place >= streams[at].Rows)
        {
            place -= streams[at++].Rows;
        }
        return (streams[at].Learner, Turn(streams[at].Batches));
    }

    /// <summary>A learner's units of embeddings that are not yet divided by their length, of length 1, [row, unit].</summary>
    public Tensor Slice(Tensor embeddings, int learner)
    {
        var (first, end) = (units * learner / learners, units * (learner + 1) / learners);
        var own = embeddings.narrow(1, first, end - first);
        return own.div(own.Squared().sum(1, keepdim: true).Plus(Scalars.Of(LeastSquare)).sqrt());
    }

    /// <inheritdoc/>
    public void Dispose() => streams.ForEach(stream => stream.Batches.Dispose());

    private void Open(int learner, int rows, HashSet<int>? among)
    {
        var batches = relations.Batches(batchRows, seed ^ ((ulong)((times * (uint)learners) + (uint)learner + 1) << 32), among).GetEnumerator();
        if (batches.MoveNext())
        {
            streams.Add((learner, rows, batches));
        }
        else
        {
            batches.Dispose();
        }
    }

    private static int[] Turn(IEnumerator<int[]> batches)
    {
        var rows = batches.Current;
        batches.MoveNext();
        return rows;
    }
}
