using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Torch;

namespace ParquetPool.Trainer.Embedding;

/// <summary>What <c>trainer embed</c> is asked for.</summary>
/// <param name="Task">The task that the model is a round of.</param>
/// <param name="Pool">Parquet files, folders or globs.</param>
internal sealed record EmbedRequest(string Task, IReadOnlyList<string> Pool)
{
    public const int DefaultSteps = 800;

    /// <summary>Label files; may be empty.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The pool's own label column; may be null.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>Feature columns; empty for <c>features</c> if the pool has it, else every vector column.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>How the one feature column lies as an image; null for what the pool remembers of its import, or else vectors.</summary>
    public PictureFormat? Image { get; init; }

    /// <summary>The least steps of training; the epoch that is begun is ended.</summary>
    public int Steps { get; init; } = DefaultSteps;

    /// <summary>Decides first weights, the order of rows and the altered copies.</summary>
    public ulong Seed { get; init; }

    /// <summary>Where the network is trained.</summary>
    public Device Device { get; init; }

    /// <summary>The registry's folder.</summary>
    public string Models { get; init; } = TrainRequest.DefaultModels;

    /// <exception cref="UsageException">The request contradicts itself, or the device is not there.</exception>
    internal void Check()
    {
        if (Labels.Count > 0 && LabelColumn is not null)
        {
            throw new UsageException("both --labels and --label-column are given, expected one or none: labels come from files or from a column of the shards");
        }
        OptionRange.AtLeast(1).Require("--steps", Steps);
        if (!Device.IsCpu)
        {
            TorchLibrary.Use(Device);
        }
    }
}
