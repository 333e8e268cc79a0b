using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Pruning;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rounds;

/// <summary>What <c>trainer train</c> is asked for.</summary>
/// <param name="Task">The task that the model is a round of.</param>
/// <param name="Pool">Parquet files, folders or globs.</param>
internal sealed record TrainRequest(string Task, IReadOnlyList<string> Pool)
{
    public const double DefaultValidation = 0.1;
    public const string DefaultModels = "models";

    /// <summary>Label files; empty where <see cref="LabelColumn"/> is given.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The pool's own label column; null where <see cref="Labels"/> are given.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>The control, question or column whose choices are labels.</summary>
    public string Control { get; init; } = LabelStudioExport.Control;

    /// <summary>Whether classes count that no round of the task knows.</summary>
    public bool NewClasses { get; init; }

    /// <summary>The file of super-classes that labels and answers may be about; null for none.</summary>
    public string? Hierarchy { get; init; }

    /// <summary>Feature columns; empty for <c>features</c> if the pool has it, else every vector column.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>The share of labelled rows held out, in (0, 1).</summary>
    public double Validation { get; init; } = DefaultValidation;

    /// <summary>The registry's folder.</summary>
    public string Models { get; init; } = DefaultModels;

    /// <summary>Whether to go on from the task's newest round, if there is one.</summary>
    public bool Continues { get; init; }

    /// <summary>What is learnt from besides labels.</summary>
    public SemiSupervisedOptions Learning { get; init; } = new();

    public TrainOptions Options { get; init; } = new();

    /// <summary>How the network is made smaller; null where it stays as it is.</summary>
    public PruneOptions? Pruning { get; init; }

    /// <summary>What is published.</summary>
    public ExportKind Export { get; init; }

    /// <summary>What to make of the network of the newest round, where it is kept in place of that of <see cref="Options"/>; null where another is asked for.</summary>
    public Func<TrainOptions, NetworkSpec, TrainOptions>? Kept { get; init; }

    /// <summary>Rejects settings that contradict each other or are out of range.</summary>
    /// <exception cref="UsageException">Names the option, its value and what was expected.</exception>
    internal void Check()
    {
        ModelRegistry.CheckTask(Task);
        if (Options.FreezeBatchNorm && !Continues)
        {
            throw new UsageException("--freeze-batch-norm is given without --epochs-per-round, expected both: statistics must have been learned, in an earlier round, before they can be frozen");
        }
        if (Export == ExportKind.Full && Continues)
        {
            throw new UsageException("--export full is given with --epochs-per-round, expected one: a round cannot go on from a model that holds its encoder");
        }
        if (Hierarchy is not null && (Learning.IsUsed || LabelColumn is not null))
        {
            throw new UsageException(Learning.IsUsed
                ? "--hierarchy is given with --learn, expected one: rows of which several classes are possible are learnt from by their partial labels, not by guesses"
                : $"--hierarchy is given with --label-column {LabelColumn}, expected --labels: answers and super-classes stand in label files");
        }
        OptionRange.Part.Because("early stopping needs rows to measure by").Require("--validation", Validation);
        if ((Options.From is not null || Options.FirstWeights is not null) && Continues)
        {
            throw new UsageException("--from is given with --epochs-per-round, expected one: a round goes on from the round before, or starts from a model; to train a round's model further give --from models/TASK/round-NNNN --head keep");
        }
        Options.Check();
        Learning.Check(Options, Continues);
        Pruning?.Check();
    }
}

/// <summary>What a training publishes that learnt from what an encoder made of pictures or texts.</summary>
internal enum ExportKind
{
    /// <summary>The network that was trained; it takes the encoder's vectors.</summary>
    Head,

    /// <summary>Encoder and network as one graph; it takes the pictures themselves, or the texts' token ids.</summary>
    Full,
}
