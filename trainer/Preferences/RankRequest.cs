using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Preferences;

/// <summary>What <c>trainer rank</c> is asked for.</summary>
/// <param name="Task">The task that the model is a round of.</param>
/// <param name="Pool">Parquet files, folders or globs.</param>
/// <param name="Preferences">Files of answers about two rows each.</param>
internal sealed record RankRequest(string Task, IReadOnlyList<string> Pool, IReadOnlyList<string> Preferences)
{
    /// <summary>Feature columns; empty for <c>features</c> if the pool has it, else every vector column.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>The share of the answers that are given by chance.</summary>
    public double Error { get; init; } = BradleyTerry.DefaultError;

    /// <summary>The share of the pairs held out, in (0, 1).</summary>
    public double Validation { get; init; } = TrainRequest.DefaultValidation;

    /// <summary>The registry's folder.</summary>
    public string Models { get; init; } = TrainRequest.DefaultModels;

    /// <summary>Network, epochs, steps, seed and device; a batch's rows are answers.</summary>
    public TrainOptions Options { get; init; } = new();

    /// <exception cref="UsageException">Names the option, its value and what was expected.</exception>
    internal void Check()
    {
        ModelRegistry.CheckTask(Task);
        OptionRange.ShareBelowOne.Require("--error", Error);
        OptionRange.Part.Because("the epoch is chosen, and the model measured, by answers that it did not learn").Require("--validation", Validation);
        Options.Check();
    }
}
