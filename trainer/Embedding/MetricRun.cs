using ParquetPool.Errors;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Embedding;

/// <summary>Trains an embedding by what belongs together.</summary>
/// <remarks>AdamW with warm-up and cosine, all steps taken. The same rows, options and seed give the same weights to the last bit.</remarks>
internal sealed class MetricRun : IDisposable
{
    /// <summary>Of the squared distance, as published (Schroff et al. 2015).</summary>
    public const float TripletMargin = 0.2f;

    /// <summary>Of the distance: vectors at right angles lie 1.41 apart.</summary>
    public const float ContrastiveMargin = 1;

    private const float PeakRate = 1e-3f;
    private const double WarmupShare = 0.05;
    private const int Epochs = 10;

    /// <summary>Tenths of the steps in which learners learn apart; in the rest all units learn together.</summary>
    internal const int DividedEpochs = 7;

    private readonly IRelations relations;
    private readonly EmbedRequest request;
    private readonly NetworkSpec spec;
    private readonly Standardisation standardisation;
    private readonly ulong seed;
    private readonly Augmenter? augmenter;
    private readonly GraphTrainer trainer;
    private readonly IEnumerator<int[]> batches;
    private readonly LearningRate rate;
    private readonly Division? division;
    private readonly List<Epoch> history = [];

    /// <param name="spec">The layers, with their image.</param>
    public MetricRun(IRelations relations, EmbedRequest request, NetworkSpec spec, ulong seed)
    {
        (this.relations, this.request, this.spec, this.seed) = (relations, request, spec, seed);
        var image = NetworkBuilder.Image(spec, relations.Columns);
        float[][] learnt = [.. relations.Learnt.Select(row => relations.Rows[row].Features)];
        standardisation = Standardisation.Of(learnt, image is [_, var h, var w] ? h * w : 1);
        var network = Built(spec);
        augmenter = Augmenter.Of(request.Augment, network, learnt, seed);
        trainer = new GraphTrainer(network, request.BatchRows, new() { Seed = seed, Device = request.Device });
        division = request.Learners > 1 ? new Division(relations, request.Learners, request.Units, request.BatchRows, seed) : null;
        batches = relations.Batches(request.BatchRows, seed).GetEnumerator();
        rate = new LearningRate(PeakRate, (int)(request.Steps * WarmupShare), request.Steps);
    }

    public IReadOnlyList<Epoch> History => history;

    public bool IsDone => trainer.Steps >= request.Steps;

    /// <summary>Takes the next tenth of the steps and measures.</summary>
    /// <exception cref="DataException">The training diverged, or there is too little memory.</exception>
    public MetricScore Advance(Action<long> advance, CancellationToken stopping) => TorchMemory.Guarded(
        () =>
        {
            var number = history.Count + 1;
            var (loss, until, first, lastRate) = (0.0, Math.Max(trainer.Steps + 1, (int)((long)request.Steps * number / Epochs)), trainer.Steps, 0f);
            if (number <= DividedEpochs)
            {
                division?.Divide(Embeddings());
            }
            while (trainer.Steps < until)
            {
                stopping.ThrowIfCancellationRequested();
                lastRate = rate.At(trainer.Steps);
                var step = division is not null && number <= DividedEpochs ? Apart(division, lastRate) : Together(lastRate);
                loss += double.IsFinite(step) ? step : throw new DataException($"the training diverged at step {trainer.Steps + 1} (loss {step}): look for features of very different sizes, or use another --seed");
                advance(1);
            }
            var score = Score(Embeddings());
            history.Add(new Epoch(number, lastRate, loss / (until - first), 1 - score.TripletAccuracy, score.Precision1));
            return score;
        },
        "use a smaller --network or fewer --batch-rows");

    /// <summary>What is published: nothing is dropped there.</summary>
    public Network Result()
    {
        var network = Built(spec.WithDropout(0));
        return network with { Forward = TrainRun.With(network.Forward, trainer.Weights), Dropouts = [] };
    }

    /// <summary>How well what belongs together is found by some vectors of all rows.</summary>
    public MetricScore Score(float[] vectors) => MetricScore.Of(vectors, vectors.Length / relations.Rows.Count, relations);

    /// <inheritdoc/>
    public void Dispose()
    {
        batches.Dispose();
        division?.Dispose();
        trainer.Dispose();
    }

    private Network Built(NetworkSpec layers) => MetricNetwork.Build(layers, relations.Columns, request.Units, standardisation, seed);

    private float[] Embeddings() => trainer.Predict([.. relations.Rows.Select(r => r.Features)], Network.Embedding);

    private double Together(float learningRate)
    {
        batches.MoveNext();
        return Step(batches.Current, Network.Embedding, embeddings => embeddings, learningRate);
    }

    private double Apart(Division division, float learningRate)
    {
        var (learner, rows) = division.Next();
        return Step(rows, Network.Logits, embeddings => division.Slice(embeddings, learner), learningRate);
    }

    private double Step(int[] rows, string output, Func<Tensor, Tensor> learnt, float learningRate)
    {
        var step = trainer.Steps;
        var features = new float[rows.Length][];
        Parallel.For(0, rows.Length, i => features[i] = augmenter?.Alter(relations.Rows[rows[i]].Features, rows[i], step) ?? relations.Rows[rows[i]].Features);
        var related = new float[rows.Length * rows.Length];
        for (var at = 0; at < related.Length; at++)
        {
            related[at] = relations.AreRelated(rows[at / rows.Length], rows[at % rows.Length]) ? 1 : 0;
        }
        return trainer.Step(pass => Loss(learnt(trainer.Forward(trainer.Inputs(features), [output], pass)[0]), trainer.Tensor(related, rows.Length, rows.Length)), learningRate);
    }

    private Tensor Loss(Tensor embeddings, Tensor related) => request switch
    {
        { Loss: EmbedLoss.Contrastive } => ContrastivePairs.Of(embeddings, related, ContrastiveMargin),
        { Negatives: Negatives.BatchAll } => Triplets.BatchAll(embeddings, related, TripletMargin),
        _ => Triplets.SemiHard(embeddings, related, TripletMargin),
    };
}
