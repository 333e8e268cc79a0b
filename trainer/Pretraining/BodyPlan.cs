using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>The layers that learn: those that <c>trainer train --network</c> would build, with the same first weights, up to the embedding.</summary>
/// <param name="Spec">Without towers; it states its image.</param>
/// <param name="Standardisation">Of the features.</param>
/// <param name="Seed">Fixes the first weights.</param>
internal sealed record BodyPlan(NetworkSpec Spec, IReadOnlyList<VectorColumn> Columns, Standardisation Standardisation, ulong Seed)
{
    /// <exception cref="UsageException">The network has towers, or needs an image and the columns hold none.</exception>
    /// <exception cref="DataException">A layer does not fit.</exception>
    public static BodyPlan Of(NetworkSpec spec, IReadOnlyList<VectorColumn> columns, PretrainData data, ulong seed)
    {
        if (spec.Tower is not null)
        {
            throw new UsageException("the network has towers, expected one without: pre-train a network on one feature column with --features, or on several that are joined, as --network mlp does");
        }
        var image = NetworkBuilder.Image(spec, columns);
        return new BodyPlan(spec with { Image = image, PredictedLoss = false }, columns, Standardisation.Of(data.Training, image is [_, var h, var w] ? h * w : 1), seed);
    }

    /// <summary>The same layers, of which none drops anything: what they drop is for labels.</summary>
    public NetworkSpec Undropped => Spec.WithDropout(0);

    /// <summary>What learns.</summary>
    public Network Body { get; } = NetworkBody.Of(Build(Spec.WithDropout(0), Columns, classes: 2, Standardisation, Seed));

    /// <summary>The layers one by one.</summary>
    public IReadOnlyList<LayerTrace> Trace => LayerTrace.Of(Undropped, Spec.Image ?? [Columns.Sum(c => c.Width)]);

    /// <summary>The layers with a head of so many classes.</summary>
    public Network WithHead(int classes) => Build(Undropped, Columns, classes, Standardisation, Seed);

    /// <summary>What is published: the layers as they are trained on labels, with what they have learnt.</summary>
    /// <param name="weights">By initializer; others are left alone.</param>
    /// <param name="anew">Layers, from the last, that keep their first weights.</param>
    /// <exception cref="UsageException">No layer would be taken over.</exception>
    public Network Learnt(IReadOnlyDictionary<string, float[]> weights, int anew)
    {
        RequireAnew(anew);
        var left = Weighty.TakeLast(anew).SelectMany(t => t.Tensors).ToHashSet();
        var body = NetworkBody.Of(Build(Spec, Columns, classes: 2, Standardisation, Seed));
        return body with { Forward = Training.TrainRun.With(body.Forward, weights.Where(w => !left.Contains(w.Key)).ToDictionary()) };
    }

    /// <exception cref="UsageException">No layer would be taken over.</exception>
    public void RequireAnew(int anew)
    {
        var all = Weighty.Count();
        if (anew >= all)
        {
            throw new UsageException($"--anew is {anew}, the network has {all} layers with weights, expected fewer than these: nothing would be taken over");
        }
    }

    private IEnumerable<LayerTrace> Weighty => Trace.Where(t => t.Tensors.Count > 0);

    private static Network Build(NetworkSpec spec, IReadOnlyList<VectorColumn> columns, int classes, Standardisation standardisation, ulong seed) =>
        NetworkBuilder.Build(spec, columns, classes, standardisation, seed);
}
