using ParquetPool.Columns;
using ParquetPool.Shards;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Publishing;

/// <summary><c>learnt.parquet</c>: the ids of the labelled rows that a round learnt from, so that nobody measures it by them unawares.</summary>
internal static class LearntFile
{
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, TrainingSet set)
    {
        string[] ids = [.. set.Learnt.Select(row => row.Id).Where(id => id.Length > 0).Order(StringComparer.Ordinal)];
        using var writer = new ShardWriter(path, [new("id", ShardType.Text)], new Provenance("trainer train"));
        writer.Write(ids.Length, ids);
        writer.Complete();
    }
}
