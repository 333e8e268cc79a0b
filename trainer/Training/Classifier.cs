using System.Numerics.Tensors;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.TrainingSets;
using TorchSharp;

namespace ParquetPool.Trainer.Training;

/// <summary>A network in training: takes labelled rows, steps, predicts. Not for two threads at a time.</summary>
internal sealed class Classifier : IDisposable
{
    private delegate void TakeValues(int output, int row, ReadOnlySpan<float> values);

    private const float LeastProbability = 1.17549435e-38f; // The least normal number.

    private readonly int classes;
    private readonly int tileRows;
    private readonly ulong seed;
    private readonly TorchNetwork torchNetwork;
    private readonly ClassifierLoss loss;
    private readonly TrainingSession session;
    private readonly InputBuffers inputs;
    private readonly FrozenValues frozen;
    private readonly float[] targets;
    private readonly float[] closed;
    private readonly float[] weights;

    /// <param name="network">With its first weights.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="options">Batch, optimiser, device and seed.</param>
    /// <param name="freezeBatchNorm">Whether batch normalisations use their running statistics and do not learn.</param>
    /// <param name="shrinkage">See <see cref="ClassifierLoss"/>.</param>
    /// <exception cref="Errors.UsageException">libtorch or the device is not there.</exception>
    public Classifier(Network network, int classes, TrainOptions options, bool freezeBatchNorm = false, double shrinkage = 0)
    {
        (this.classes, tileRows, seed) = (classes, options.Steps.BatchRows, options.Seed);
        var device = TorchLibrary.Use(options.Device);
        torchNetwork = new TorchNetwork(network.Forward, network.Parameters, freezeBatchNorm, options.Device);
        loss = new ClassifierLoss(network, options, device, shrinkage);
        session = new TrainingSession(torchNetwork, loss.Parameters, options, network.Given);
        inputs = new InputBuffers(network.Inputs, options.Steps.Batches.MostRows, device);
        frozen = new FrozenValues(torchNetwork, options.Augment.Alters ? [] : network.Remembered, new InputBuffers(network.Inputs, tileRows, device), tileRows);
        (targets, closed, weights) = (new float[options.Steps.Batches.MostRows * classes], new float[options.Steps.Batches.MostRows * classes], new float[options.Steps.Batches.MostRows]);
    }

    public int Steps => session.Steps;

    /// <summary>One step on the given rows, as many as a batch has at most.</summary>
    /// <param name="classWeights">[class]; what a row of the class counts in the loss, and one of several the mean of theirs.</param>
    /// <returns>The loss before the step, in nats; where it is NaN or infinite nothing has been learned.</returns>
    public double Step(IReadOnlyList<LabelledRow> rows, ArraySegment<int> batch, float[] classWeights, float learningRate)
    {
        Array.Clear(targets);
        Array.Clear(closed);
        var anyPartial = false;
        for (var i = 0; i < batch.Count; i++)
        {
            var row = rows[batch[i]];
            inputs.Fill(i, row.Features);
            if (row.Possible is { } possible)
            {
                anyPartial = true;
                closed.AsSpan(i * classes, classes).Fill(float.NegativeInfinity);
                Array.ForEach(possible, c => closed[(i * classes) + c] = 0);
                weights[i] = possible.Average(c => classWeights[c]);
                continue;
            }
            targets[(i * classes) + row.Class] = 1;
            weights[i] = classWeights[row.Class];
        }
        var value = session.Step(
            pass => loss.Of(
                torchNetwork, Values(batch.Count, [.. batch.Select(i => rows[i])]), inputs.Tensor(targets.AsSpan(0, batch.Count * classes), batch.Count, classes), inputs.Tensor(weights.AsSpan(0, batch.Count), batch.Count), pass,
                anyPartial ? inputs.Tensor(closed.AsSpan(0, batch.Count * classes), batch.Count, classes) : null),
            learningRate);
        loss.Limit();
        return value;
    }

    /// <summary>One step by a loss that the caller computes with the network.</summary>
    /// <returns>The loss before the step, in nats; where it is NaN or infinite nothing has been learned.</returns>
    public double Step(Func<TorchNetwork, Pass, TorchSharp.torch.Tensor> of, float learningRate) => session.Step(pass => of(torchNetwork, pass), learningRate);

    /// <summary>Whether the gradient of the loss prediction reaches the network, as long as nothing else is said.</summary>
    public void ShapeByPredictedLoss(bool shapes) => loss.ShapesNetwork = shapes;

    /// <summary>σ by whose square each head's loss is divided, [head]; empty with one head.</summary>
    public double[] Sigmas => loss.Sigmas;

    /// <summary>The logits of <paramref name="rows"/>, [row, class], dropout off.</summary>
    public float[] Logits(IReadOnlyList<LabelledRow> rows) => Predictions(rows, [Network.Logits])[0];

    /// <summary>The same for any outputs, [output][row, element].</summary>
    public float[][] Predictions(IReadOnlyList<LabelledRow> rows, IReadOnlyList<string> outputs)
    {
        var values = new float[outputs.Count][];
        Predict(rows, outputs, (output, first, found) =>
        {
            var row = found.Length / Math.Min(tileRows, rows.Count - first);
            found.CopyTo((values[output] ??= new float[rows.Count * row]).AsSpan(first * row));
        });
        return [.. values.Select(v => v ?? [])];
    }

    /// <summary>How well outputs that are logits predict the rows' labels, [output][row]; the logits of a tile at a time are held.</summary>
    public RowScore[][] Scores(IReadOnlyList<LabelledRow> rows, IReadOnlyList<string> outputs)
    {
        RowScore[][] scores = [.. outputs.Select(_ => new RowScore[rows.Count])];
        Predict(rows, outputs, (output, first, found) =>
        {
            for (var row = 0; row < found.Length / classes; row++)
            {
                scores[output][first + row] = RowScore.Of(found.Slice(row * classes, classes), rows[first + row].Class);
            }
        });
        return scores;
    }

    /// <summary>The logarithm of the mean over <paramref name="members"/> of the probabilities that the network gives with units dropped, [row, class].</summary>
    public float[] MeanLogProbabilities(IReadOnlyList<LabelledRow> rows, int members)
    {
        var mean = new float[rows.Count * classes];
        var tiles = (rows.Count + tileRows - 1) / tileRows;
        for (var member = 0; member < members; member++)
        {
            var of = member;
            Predict(rows, [Network.Logits], (_, first, found) =>
            {
                for (var at = 0; at < found.Length; at += classes)
                {
                    var logits = found.Slice(at, classes);
                    var to = mean.AsSpan((first * classes) + at, classes);
                    var (most, sum) = ((double)TensorPrimitives.Max(logits), 0.0);
                    foreach (var logit in logits)
                    {
                        sum += Math.Exp(logit - most);
                    }
                    for (var c = 0; c < classes; c++)
                    {
                        to[c] += (float)(Math.Exp(logits[c] - most) / sum / members);
                    }
                }
            }, tile => new Pass(Training: false, seed, (of * tiles) + tile, Samples: true));
        }
        foreach (ref var p in mean.AsSpan())
        {
            p = MathF.Log(MathF.Max(p, LeastProbability));
        }
        return mean;
    }

    /// <summary>Shows what outputs predict.</summary>
    /// <remarks>In tiles of one fixed size: rounding may depend on the number of rows.</remarks>
    /// <param name="take">Given the number of an output, that of a row and the values of this and some that follow, [row, element].</param>
    /// <param name="passOf">By the number of a tile; null for dropout off.</param>
    private void Predict(IReadOnlyList<LabelledRow> rows, IReadOnlyList<string> outputs, TakeValues take, Func<int, Pass>? passOf = null) => session.Predict(off =>
    {
        for (var start = 0; start < rows.Count; start += tileRows)
        {
            using var scope = torch.NewDisposeScope();
            var count = Math.Min(tileRows, rows.Count - start);
            for (var i = 0; i < tileRows; i++)
            {
                inputs.Fill(i, rows[start + (i % count)].Features);
            }
            var pass = passOf?.Invoke(start / tileRows) ?? off;
            var tile = Enumerable.Range(0, tileRows).Select(i => rows[start + (i % count)]).ToList();
            foreach (var (output, tensor) in torchNetwork.Forward(Values(tileRows, tile), outputs, pass).Index())
            {
                take(output, start, TensorConversion.Floats(tensor.detach().cpu().contiguous())[..(int)(tensor.numel() / tileRows * count)]);
            }
        }
    });

    /// <summary>Gives constants of the network other values.</summary>
    public void Replace(IReadOnlyDictionary<string, float[]> values) => torchNetwork.Replace(values);

    /// <summary>See <see cref="TrainingSession.KeepAtZero"/>.</summary>
    public void KeepAtZero(IReadOnlyDictionary<string, float[]>? masks) => session.KeepAtZero(masks);

    /// <summary>All that a training needs to go on from here.</summary>
    /// <param name="epochs">Epochs taken.</param>
    public TrainingState Snapshot(int epochs) => session.Snapshot(epochs);

    /// <summary>Goes on from <paramref name="state"/>.</summary>
    public void Resume(TrainingState state) => session.Resume(state);

    private Dictionary<string, TorchSharp.torch.Tensor> Values(int count, IReadOnlyList<LabelledRow> rows)
    {
        var values = inputs.Tensors(count);
        foreach (var (name, tensor) in frozen.Of(rows))
        {
            values[name] = tensor;
        }
        return values;
    }

    public void Dispose()
    {
        session.Dispose();
        loss.Dispose();
        torchNetwork.Dispose();
    }
}
