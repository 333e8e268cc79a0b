using ParquetPool.Pictures;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Embedding;

/// <summary>An embedding network in training: takes rows, alters them, steps, embeds. Not for two threads at a time.</summary>
internal sealed class ContrastiveTrainer : IDisposable
{
    /// <summary>Rows of a step, each as two copies.</summary>
    public const int BatchRows = 256;

    // For one training on any machine: see Classifier.
    private const int Threads = 2;
    private const float WeightDecay = 0.01f;

    private readonly EmbeddingNetwork network;
    private readonly PoolSample sample;
    private readonly IAugmentation augmentation;
    private readonly ulong seed;
    private readonly ContrastiveGraph graph;
    private readonly TrainingSession session;
    private readonly int width;
    private readonly float[] copies;
    private readonly float[][] measuredRows;
    private readonly float[][] measuredCopies;
    private int pairedRows;

    public ContrastiveTrainer(EmbeddingNetwork network, PoolSample sample, IAugmentation augmentation, ulong seed)
    {
        (this.network, this.sample, this.augmentation, this.seed) = (network, sample, augmentation, seed);
        width = sample.Columns.Sum(c => c.Width);
        copies = new float[2 * BatchRows * width];
        measuredRows = [.. sample.Measured.Select(r => r.Features)];
        measuredCopies = CopySearch.Copies(sample.Measured, augmentation, seed);
        graph = ContrastiveGraph.Of(network, sample.Classes.Count);
        session = new TrainingSession(graph.Graph, new AdamW(WeightDecay: WeightDecay), 2 * BatchRows, seed, Threads);
    }

    public int Steps => session.Steps;

    /// <summary>One step on two copies of each row.</summary>
    /// <returns>The loss before the step, in nats.</returns>
    public double Step(ArraySegment<int> batch, int epoch, float learningRate)
    {
        Alter(batch, epoch);
        Fill(2 * batch.Count);
        Pair(2 * batch.Count);
        if (graph.Targets is not null)
        {
            FillTargets(batch);
        }
        return session.Step(2 * batch.Count, learningRate);
    }

    /// <summary>The measured rows and one altered copy of each: their embeddings, compared.</summary>
    public CopyScore Measure() => CopyScore.Of(Embed(measuredCopies), Embed(measuredRows), EmbeddingNetwork.Width);

    /// <summary>A copy of all weights and running statistics.</summary>
    public IReadOnlyDictionary<string, float[]> Weights() => session.State();

    public void Dispose() => session.Dispose();

    /// <summary>In tiles of one fixed size: rounding may depend on the number of rows.</summary>
    private float[] Embed(float[][] rows)
    {
        var embeddings = new float[rows.Length * EmbeddingNetwork.Width];
        for (var start = 0; start < rows.Length; start += 2 * BatchRows)
        {
            var count = Math.Min(2 * BatchRows, rows.Length - start);
            for (var i = 0; i < count; i++)
            {
                rows[start + i].CopyTo(copies, i * width);
            }
            Fill(2 * BatchRows);
            session.Evaluate(2 * BatchRows);
            session.Prediction(Network.Embedding, 2 * BatchRows)[..(count * EmbeddingNetwork.Width)].CopyTo(embeddings.AsSpan(start * EmbeddingNetwork.Width));
        }
        return embeddings;
    }

    /// <summary>
    /// Writes two copies of each row, side by side; every other row's first copy is the row as it is, which is what an audit meets.
    /// Each copy depends on its own draws alone.
    /// </summary>
    private void Alter(ArraySegment<int> batch, int epoch) =>
        Parallel.For(0, batch.Count, i =>
        {
            var row = sample.Training[batch[i]].Features;
            var words = new uint[augmentation.Words];
            var first = copies.AsSpan(2 * i * width, width);
            var second = copies.AsSpan(((2 * i) + 1) * width, width);
            if ((batch[i] + epoch) % 2 == 0)
            {
                row.CopyTo(first);
            }
            else
            {
                augmentation.Alter(row, new CopyDraws(seed, batch[i], epoch, 0, words), first);
            }
            augmentation.Alter(row, new CopyDraws(seed, batch[i], epoch, 1, words), second);
        });

    /// <summary>Deals the joined features out to the model's inputs.</summary>
    private void Fill(int rows)
    {
        var start = 0;
        foreach (var input in network.Inputs)
        {
            var columns = (int)input.Dims[1];
            var buffer = session.Input(input.Name);
            for (var row = 0; row < rows; row++)
            {
                copies.AsSpan((row * width) + start, columns).CopyTo(buffer[(row * columns)..]);
            }
            start += columns;
        }
    }

    private void Pair(int rows)
    {
        if (rows == pairedRows)
        {
            return;
        }
        var partners = session.Input(graph.Partners)[..(rows * rows)];
        partners.Clear();
        for (var row = 0; row < rows; row++)
        {
            partners[(row * rows) + (row ^ 1)] = 1;
        }
        pairedRows = rows;
    }

    private void FillTargets(ArraySegment<int> batch)
    {
        var targets = session.Input(graph.Targets!);
        targets.Clear();
        for (var i = 0; i < 2 * batch.Count; i++)
        {
            if (sample.Training[batch[i / 2]].Class is var known and >= 0)
            {
                targets[(i * sample.Classes.Count) + known] = 1;
            }
        }
    }
}
