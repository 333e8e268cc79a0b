using ParquetPool.Columns;
using ParquetPool.Shards;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Publishing;

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

    /// <summary>Only where rows without labels were learnt from: whose epoch it is (0 for a teacher, and for MixMatch and FixMatch), what it learnt by besides labels, and what that lost.</summary>
    private static readonly ShardColumn[] Unlabelled = [new("student_round", ShardType.Int32), new("pseudo_labels", ShardType.Int32), new("unlabelled_loss", ShardType.Double)];

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Epoch> history)
    {
        var joint = history.Any(e => e.UnlabelledLoss is not null);
        using var writer = new ShardWriter(path, joint ? [.. Columns, .. Unlabelled] : Columns, new Provenance("trainer train"));
        Array[] columns =
        [
            history.Select(e => e.Number).ToArray(),
            history.Select(e => e.LearningRate).ToArray(),
            history.Select(e => e.TrainLoss).ToArray(),
            history.Select(e => e.HoldoutLoss).ToArray(),
            history.Select(e => e.HoldoutAccuracy).ToArray(),
        ];
        Array[] ofUnlabelled =
        [
            history.Select(e => e.StudentRound).ToArray(),
            history.Select(e => e.PseudoLabels).ToArray(),
            history.Select(e => e.UnlabelledLoss ?? 0).ToArray(),
        ];
        writer.Write(history.Count, joint ? [.. columns, .. ofUnlabelled] : columns);
        writer.Complete();
    }
}
