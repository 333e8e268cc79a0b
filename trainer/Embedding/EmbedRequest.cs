using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Torch;

namespace ParquetPool.Trainer.Embedding;

/// <summary>What <c>trainer embed</c> is asked for.</summary>
/// <param name="Task">The task that the model is a round of.</param>
/// <param name="Pool">Parquet files, folders or globs.</param>
internal sealed record EmbedRequest(string Task, IReadOnlyList<string> Pool)
{
    public const int DefaultSteps = 800;
    public const int DefaultUnits = 64;
    public const int DefaultBatchRows = 128;
    public const int DefaultSeeds = 3;

    /// <summary>Label files; may be empty.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The pool's own label column; may be null.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>Feature columns; empty for <c>features</c> if the pool has it, else every vector column.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>How the one feature column lies as an image; null for what the pool remembers of its import, or else vectors.</summary>
    public PictureFormat? Image { get; init; }

    /// <summary>What is learnt.</summary>
    public EmbedLoss Loss { get; init; }

    /// <summary>Files of pairs; may be empty.</summary>
    public IReadOnlyList<string> Pairs { get; init; } = [];

    /// <summary>Of <see cref="EmbedLoss.Triplet"/>.</summary>
    public Negatives Negatives { get; init; }

    /// <summary>Of relations: parts that the embedding is divided into while it learns; 1 for none. See <see cref="Division"/>.</summary>
    public int Learners { get; init; } = 1;

    /// <summary>Of relations: the layers.</summary>
    public NetworkSpec Network { get; init; } = NetworkSpec.Load("mlp");

    /// <summary>Of relations: numbers of the embedding.</summary>
    public int Units { get; init; } = DefaultUnits;

    /// <summary>Of relations: the most rows of a step.</summary>
    public int BatchRows { get; init; } = DefaultBatchRows;

    /// <summary>Of relations: how rows are altered that are learnt from.</summary>
    public AugmentOptions Augment { get; init; } = new();

    /// <summary>Of relations: trainings, each with the next seed; the first is published.</summary>
    public int Seeds { get; init; } = DefaultSeeds;

    /// <summary>The least steps of training; the epoch that is begun is ended.</summary>
    public int Steps { get; init; } = DefaultSteps;

    /// <summary>Decides first weights, the order of rows and the altered copies.</summary>
    public ulong Seed { get; init; }

    /// <summary>Where the network is trained.</summary>
    public Device Device { get; init; }

    /// <summary>The registry's folder.</summary>
    public string Models { get; init; } = TrainRequest.DefaultModels;

    internal static readonly OptionRanges<EmbedRequest> Ranges = new()
    {
        { "--steps", request => request.Steps, OptionRange.AtLeast(1) },
        { "--units", request => request.Units, OptionRange.Between(2, 1024) },
        { "--learners", request => request.Learners, OptionRange.Between(1, 64) },
        { "--batch-rows", request => request.BatchRows, OptionRange.Between(8, 1024) },
        { "--seeds", request => request.Seeds, OptionRange.Between(1, 100) },
    };

    /// <exception cref="UsageException">The request contradicts itself, or the device is not there.</exception>
    internal void Check()
    {
        if (Labels.Count > 0 && LabelColumn is not null)
        {
            throw new UsageException("both --labels and --label-column are given, expected one or none: labels come from files or from a column of the shards");
        }
        Ranges.Require(this);
        if (Loss == EmbedLoss.Copies)
        {
            if (Pairs.Count > 0)
            {
                throw new UsageException("--pairs is given without --loss contrastive or triplet, expected both: altered copies are told apart without pairs");
            }
        }
        else
        {
            CheckRelations();
        }
        if (!Device.IsCpu)
        {
            TorchLibrary.Use(Device);
        }
    }

    private void CheckRelations()
    {
        var name = Loss == EmbedLoss.Contrastive ? "contrastive" : "triplet";
        int given = (Labels.Count > 0 ? 1 : 0) + (LabelColumn is null ? 0 : 1) + (Pairs.Count > 0 ? 1 : 0);
        if (given != 1)
        {
            throw new UsageException($"--loss {name} is given with {(given == 0 ? "none" : "several")} of --labels, --label-column and --pairs, expected one: it says which rows belong together");
        }
        if (Image is not null)
        {
            throw new UsageException($"--image is given with --loss {name}, expected one: pictures are what --network cnn, or an \"image\" in network.json, makes of them");
        }
        if (Network.Tower is not null || Network.PredictedLoss)
        {
            throw new UsageException($"--loss {name}: the network has towers or predicts losses, expected layers alone: name a column with --features, and another --network");
        }
        if (Loss == EmbedLoss.Contrastive && Negatives == Negatives.BatchAll)
        {
            throw new UsageException("--negatives is given with --loss contrastive, expected --loss triplet: pairs that are too near are pushed apart, all of a batch");
        }
        if (Units < 2 * Learners)
        {
            throw new UsageException($"--learners is {Learners} with --units {Units}, expected two units or more for each: give more --units or fewer --learners");
        }
        Augment.Check();
    }
}
