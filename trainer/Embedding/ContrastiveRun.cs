using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Embedding;

/// <summary>Trains an embedding on a sample: the epoch loop.</summary>
/// <remarks>
/// Instance discrimination: a row and an altered copy of it shall be nearer to each other than to the other rows of a batch and their
/// copies (Wu et al. 2018; Chen et al. 2020). AdamW with warm-up and cosine. The same sample, steps and seed give the same weights to the last bit.
/// </remarks>
internal sealed class ContrastiveRun : IDisposable
{
    private const float PeakRate = 2e-3f;
    private const double WarmupShare = 0.05;
    private const int SpectrumRows = 2000;
    private static readonly BatchPlan Batches = new(Batching.Balanced, ContrastiveTrainer.BatchRows);

    private readonly PoolSample sample;
    private readonly PictureFormat? image;
    private readonly ulong seed;
    private readonly Standardisation standardisation;
    private readonly Standardisation? spectrum;
    private readonly IAugmentation augmentation;
    private readonly ContrastiveTrainer trainer;
    private readonly LearningRate rate;
    private readonly List<Epoch> history = [];

    /// <param name="steps">The least number of steps; the last epoch is a whole one.</param>
    public ContrastiveRun(PoolSample sample, PictureFormat? image, int steps, ulong seed, Device device = default)
    {
        (this.sample, this.image, this.seed) = (sample, image, seed);
        StepsPerEpoch = Batches.Count(sample.Training.Count);
        Epochs = (steps + StepsPerEpoch - 1) / StepsPerEpoch;
        rate = new LearningRate(PeakRate, (int)(Epochs * StepsPerEpoch * WarmupShare), Epochs * StepsPerEpoch);
        float[][] rows = [.. sample.Training.Select(r => r.Features)];
        standardisation = image is { } shape ? Standardisation.Of(Array.ConvertAll(rows, row => shape.ChannelsFirst(row)), shape.Height * shape.Width) : Standardisation.Of(rows, 1);
        spectrum = image is { } images ? SpectrumOf(images, [.. rows.Take(SpectrumRows)]) : null;
        augmentation = Augmentation(rows);
        trainer = new ContrastiveTrainer(Network(sample.Classes.Count), sample, augmentation, seed, device);
    }

    public int StepsPerEpoch { get; }

    public int Epochs { get; }

    /// <summary>Epochs ended.</summary>
    public int Ended => history.Count;

    public IReadOnlyList<Epoch> History => history;

    /// <summary>Epochs to go until this stage of so many is through.</summary>
    public int EpochsUntil(int stage, int stages) => (Epochs * stage / stages) - Ended;

    /// <summary>Trains on for some epochs.</summary>
    /// <exception cref="DataException">The training diverged, or there is too little memory.</exception>
    public bool Advance(int epochs, Action stepped, CancellationToken stopping)
    {
        for (var i = 0; i < epochs; i++)
        {
            history.Add(TorchMemory.Guarded(() => Learn(Ended + 1, stepped, stopping), "choose narrower columns"));
        }
        return true;
    }

    /// <summary>What is published, measured as it will run.</summary>
    public TrainedEmbedding Result()
    {
        var network = Network(classes: 0);
        network = network with { Forward = TrainRun.With(network.Forward, trainer.Weights()) };
        return new TrainedEmbedding(network, sample, history, MeasuredCopies.ByModel(network, sample, augmentation, seed), MeasuredCopies.ByFeatures(sample, augmentation, seed), Recipe());
    }

    /// <inheritdoc/>
    public void Dispose() => trainer.Dispose();

    private Epoch Learn(int number, Action stepped, CancellationToken stopping)
    {
        var (loss, lastRate) = (0.0, 0f);
        foreach (var batch in Batches.Epoch(sample.Training.Count, seed, number))
        {
            stopping.ThrowIfCancellationRequested();
            lastRate = rate.At(trainer.Steps);
            var step = trainer.Step(batch, number, lastRate);
            loss += double.IsFinite(step) ? step * batch.Count : throw Diverged($"at step {trainer.Steps + 1}", step);
            stepped();
        }
        var score = trainer.Measure();
        return double.IsFinite(score.Loss) ? new Epoch(number, lastRate, loss / sample.Training.Count, score.Loss, score.Found) : throw Diverged("on the measured rows", score.Loss);

        DataException Diverged(string where, double value) =>
            new($"the training diverged in epoch {number}, {where} (loss {value}): look for features of very different sizes, or use another --seed");
    }

    private EmbeddingNetwork Network(int classes) => EmbeddingNetwork.Build(sample.Columns, image, standardisation, spectrum, classes, seed);

    private Standardisation SpectrumOf(PictureFormat shape, float[][] rows)
    {
        var spectra = MeasuredCopies.Embed(EmbeddingNetwork.SpectrumOf(sample.Columns, shape, standardisation), rows);
        return Standardisation.Of([.. spectra.Chunk(spectra.Length / rows.Length)], 1);
    }

    private IAugmentation Augmentation(float[][] rows)
    {
        var deviations = Array.ConvertAll(standardisation.Scale, s => s > 0 ? 1 / s : 0);
        return image is { } shape
            ? new ImageAugmentation(shape, rows.Min(r => r.Min()), rows.Max(r => r.Max()), deviations.Average())
            : new VectorAugmentation(standardisation.Mean, deviations);
    }

    private Dictionary<string, string> Recipe() => new()
    {
        ["loss"] = sample.Classes.Count > 0 ? "NT-Xent of two altered copies, and cross-entropy of the labels" : "NT-Xent of two altered copies",
        ["optimiser"] = "AdamW",
        ["learningRate"] = string.Create(CultureInfo.InvariantCulture, $"{PeakRate}, warm-up {WarmupShare:P0} of the steps, cosine to 0"),
        ["batchRows"] = ContrastiveTrainer.BatchRows.ToString(CultureInfo.InvariantCulture),
        ["rows"] = image is { } shape ? $"images {shape}" : "vectors",
    };
}
