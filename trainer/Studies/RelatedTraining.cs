using Google.Protobuf;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Shards;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Studies;

/// <summary>Trains on the labels of a task and of a related one together: the layers are shared, each task has a head (joint training of Zoph et al. 2020, section 4).</summary>
internal static class RelatedTraining
{
    /// <summary>Reads the labelled rows of the related task; its classes are its own, whatever their names.</summary>
    /// <exception cref="DataException">A shard cannot be read or lacks a column, fewer than two classes occur, or there are too few rows.</exception>
    public static async Task<PoolSample> ReadAsync(ShardSet shards, RehearsalData data, string labelColumn, int leastRows, CommandContext context)
    {
        var all = await context.Progress.RunAsync("reading the related task", shards.CountRows(), "rows", advance => Task.Run(() =>
            PoolSample.Read(shards, data.Columns, new LabelSource.Column(labelColumn), PoolSample.MostRows(data.Columns), advance, context.Stopping)));
        var related = all with { Training = [.. all.Training.Where(r => r.Class >= 0)] };
        return related.Classes.Count < 2
            ? throw new DataException($"--related-pool names {related.Classes.Count} classes in its column {labelColumn}, expected two or more: give the labelled rows of another task, with their labels in the column that --label-column names")
            : related.Training.Count < leastRows
            ? throw new DataException($"--related-pool has {related.Training.Count} labelled rows to learn from, expected {leastRows} or more, as a step takes: add shards, or lower --batch-rows")
            : related;
    }

    /// <summary>Trains.</summary>
    /// <returns>The layers and the task's own head.</returns>
    /// <exception cref="DataException">The training diverged in its first epoch.</exception>
    public static TrainedNetwork Execute(TrainingSet set, PoolSample related, TrainOptions options, Standardisation standardisation, CancellationToken stopping) => TorchMemory.Guarded(
        () =>
        {
            var both = set with { Classes = [.. set.Classes, .. related.Classes.Select(c => $"related: {c}")] };
            var network = TrainRun.Build(both, options, standardisation);
            using var classifier = new Classifier(network, both.Classes.Count, options);
            var step = new RelatedStep(network, set, related, options);
            var trained = JointTraining.Learn(new Trainee(network, classifier, both, options with { Calibrate = Calibrating.None }), rate => step.Take(classifier, rate), null, stopping);
            return trained with { Network = OwnHead(TrainRun.Build(set, options, standardisation), trained.Network), Set = set, HoldoutLogits = [] };
        },
        options.LessMemory);

    /// <summary>The network of fewer logits with the weights of the one of more: of the head, the first ones.</summary>
    internal static Network OwnHead(Network network, Network both)
    {
        var weights = both.Forward.Graph.Initializer.ToDictionary(t => t.Name);
        var forward = network.Forward.Clone();
        foreach (var tensor in forward.Graph.Initializer.Where(t => network.Parameters.Contains(t.Name) || network.Statistics.Contains(t.Name)))
        {
            tensor.RawData = Cut(weights[tensor.Name], tensor);
        }
        return network with { Forward = forward };
    }

    private static ByteString Cut(TensorProto from, TensorProto to)
    {
        var axis = Enumerable.Range(0, to.Dims.Count).FirstOrDefault(d => from.Dims[d] != to.Dims[d], -1);
        if (axis < 0)
        {
            return from.RawData;
        }
        var (inner, values) = ((int)to.Dims.Skip(axis + 1).Aggregate(1L, (a, d) => a * d), Tensors.ToFloats(from));
        var (kept, all) = ((int)to.Dims[axis] * inner, (int)from.Dims[axis] * inner);
        return Tensors.Float(to.Name, [.. values.Chunk(all).SelectMany(part => part.Take(kept))], [.. to.Dims]).RawData;
    }
}
