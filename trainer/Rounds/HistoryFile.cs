using ParquetPool.Columns;
using ParquetPool.Shards;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rounds;

/// <summary><c>history.parquet</c>: one row an epoch, without times, so that the same training writes the same bytes.</summary>
internal static class HistoryFile
{
    private static readonly ShardColumn[] Columns =
    [
        new("epoch", ShardType.Int32),
        new("learning_rate", ShardType.Float),
        new("train_loss", ShardType.Double),
        new("holdout_loss", ShardType.Double),
        new("holdout_accuracy", ShardType.Double),
    ];

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Epoch> history)
    {
        using var writer = new ShardWriter(path, Columns, new Provenance("trainer train"));
        writer.Write(
            history.Count,
            history.Select(e => e.Number).ToArray(),
            history.Select(e => e.LearningRate).ToArray(),
            history.Select(e => e.TrainLoss).ToArray(),
            history.Select(e => e.HoldoutLoss).ToArray(),
            history.Select(e => e.HoldoutAccuracy).ToArray());
        writer.Complete();
    }
}
