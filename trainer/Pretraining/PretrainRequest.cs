using ParquetPool.Errors;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>What <c>trainer pretrain</c> is asked for.</summary>
/// <param name="Task">The task that the model is a round of.</param>
/// <param name="Pool">Parquet files, folders or globs.</param>
internal sealed record PretrainRequest(string Task, IReadOnlyList<string> Pool)
{
    public const string Lsa = "lsa";
    public const int DefaultUnits = 128;
    private const int MostUnits = 1024;

    /// <summary>How; <see cref="Lsa"/>.</summary>
    public string Method { get; init; } = Lsa;

    /// <summary>The feature column; empty for <c>features</c>, or the only one.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Numbers of the embedding.</summary>
    public int Units { get; init; } = DefaultUnits;

    /// <summary>Decides the directions that are begun with.</summary>
    public ulong Seed { get; init; }

    /// <summary>The registry's folder.</summary>
    public string Models { get; init; } = TrainRequest.DefaultModels;

    /// <exception cref="UsageException">An option is out of range.</exception>
    internal void Check()
    {
        if (Method != Lsa)
        {
            throw new UsageException($"--method '{Method}' is none, expected {Lsa}");
        }
        OptionRange.Between(2, MostUnits).Require("--units", Units);
    }
}
