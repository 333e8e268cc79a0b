using ParquetPool.Pictures;
using ParquetPool.Randomness;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Embedding;

/// <summary>An embedding network in training: takes rows, alters them, steps, embeds. Not for two threads at a time.</summary>
internal sealed class ContrastiveTrainer : IDisposable
{
    /// <summary>Rows of a step, each as two copies.</summary>
    public const int BatchRows = 256;

    // Low, so that the few most similar other rows of a batch count, which are what a copy may be taken for.
    private const float Temperature = 0.1f;

    // Labels draw rows of a class together, copies must stay closer still.
    private const float LabelWeight = 0.25f;

    private readonly PoolSample sample;
    private readonly IAugmentation augmentation;
    private readonly ulong seed;
    private readonly TorchNetwork torchNetwork;
    private readonly TrainingSession session;
    private readonly InputBuffers inputs;
    private readonly int width;
    private readonly float[] copies;
    private readonly float[][] measuredRows;
    private readonly float[][] measuredCopies;
    private readonly float[] targets;
    private readonly long[] partners;

    public ContrastiveTrainer(EmbeddingNetwork network, PoolSample sample, IAugmentation augmentation, ulong seed, Device device)
    {
        (this.sample, this.augmentation, this.seed) = (sample, augmentation, seed);
        width = sample.Columns.Sum(c => c.Width);
        copies = new float[2 * BatchRows * width];
        measuredRows = [.. sample.Measured.Select(r => r.Features)];
        measuredCopies = MeasuredCopies.Copies(sample.Measured, augmentation, seed);
        torchNetwork = new TorchNetwork(network.Forward, network.Parameters, device: device);
        session = new TrainingSession(torchNetwork, new Dictionary<string, Tensor>(), new TrainOptions { Seed = seed, Device = device });
        inputs = new InputBuffers(network.Inputs, 2 * BatchRows, TorchLibrary.Use(device));
        targets = new float[2 * BatchRows * sample.Classes.Count];
        partners = [.. Enumerable.Range(0, 2 * BatchRows).Select(row => (long)row ^ 1)];
    }

    public int Steps => session.Steps;

    /// <summary>One step on two copies of each row.</summary>
    /// <returns>The loss before the step, in nats.</returns>
    public double Step(ArraySegment<int> batch, int epoch, float learningRate)
    {
        Alter(batch, epoch);
        FillTargets(batch);
        return session.Step(pass => Loss(2 * batch.Count, pass), learningRate);
    }

    /// <summary>The measured rows and one altered copy of each: their embeddings, compared.</summary>
    public CopyScore Measure() => CopyScore.Of(Embed(measuredCopies), Embed(measuredRows), EmbeddingNetwork.Width);

    /// <summary>A copy of all weights and running statistics.</summary>
    public IReadOnlyDictionary<string, float[]> Weights() => torchNetwork.State();

    public void Dispose()
    {
        session.Dispose();
        torchNetwork.Dispose();
    }

    /// <summary>The contrastive loss of the first copies, plus a share of the cross-entropy of the labels where there are classes.</summary>
    private Tensor Loss(int rows, Pass pass)
    {
        var features = Inputs(rows);
        var places = inputs.Places(partners.AsSpan(0, rows));
        if (sample.Classes.Count == 0)
        {
            return NtXent.Of(torchNetwork.Forward(features, [Network.Embedding], pass)[0], places, Temperature);
        }
        var found = torchNetwork.Forward(features, [Network.Embedding, Network.Logits], pass);
        var known = inputs.Tensor(targets.AsSpan(0, rows * sample.Classes.Count), rows, sample.Classes.Count);
        return NtXent.Of(found[0], places, Temperature).Plus(default(CrossEntropy).Of(found[1], known).mean().mul(Scalars.Of(LabelWeight)));
    }

    private Dictionary<string, Tensor> Inputs(int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            inputs.Fill(row, copies.AsSpan(row * width, width));
        }
        return inputs.Tensors(rows);
    }

    /// <summary>In tiles of one fixed size: rounding may depend on the number of rows.</summary>
    private float[] Embed(float[][] rows)
    {
        var embeddings = new float[rows.Length * EmbeddingNetwork.Width];
        session.Predict(pass =>
        {
            for (var start = 0; start < rows.Length; start += 2 * BatchRows)
            {
                using var scope = torch.NewDisposeScope();
                var count = Math.Min(2 * BatchRows, rows.Length - start);
                for (var i = 0; i < count; i++)
                {
                    rows[start + i].CopyTo(copies, i * width);
                }
                var found = TensorConversion.ToArray<float>(torchNetwork.Forward(Inputs(2 * BatchRows), [Network.Embedding], pass)[0]);
                found.AsSpan(0, count * EmbeddingNetwork.Width).CopyTo(embeddings.AsSpan(start * EmbeddingNetwork.Width));
            }
        });
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
                augmentation.Alter(row, new CopyDraws(seed, Purpose.LearntCopies, batch[i], epoch, 0, words), first);
            }
            augmentation.Alter(row, new CopyDraws(seed, Purpose.LearntCopies, batch[i], epoch, 1, words), second);
        });

    private void FillTargets(ArraySegment<int> batch)
    {
        Array.Clear(targets);
        for (var i = 0; i < 2 * batch.Count; i++)
        {
            if (sample.Training[batch[i / 2]].Class is var known and >= 0)
            {
                targets[(i * sample.Classes.Count) + known] = 1;
            }
        }
    }
}
