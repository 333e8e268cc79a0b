using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Shards;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Training;

/// <summary>Rows with two vectors, either of which may be missing.</summary>
internal static class Modalities
{
    public static readonly VectorColumn[] Columns = [new("image", 10, Optional: true), new("text", 6, Optional: true)];

    /// <summary>Every fifth row has no image and every seventh no text, but each has one of the two.</summary>
    public static float[] Features(int row)
    {
        var features = Blobs.Features(row);
        Array.Fill(features, float.NaN, row % 5 == 0 ? 0 : 10, row % 5 == 0 ? 10 : row % 7 == 0 ? 6 : 0);
        return features;
    }

    public static TrainingSet Set(int rows, double holdoutShare = 0.2) =>
        TrainingSet.Of(Columns, Enumerable.Range(0, rows).Select(r => ($"row-{r}", Features(r), Blobs.Label(r))), holdoutShare);

    /// <summary>Writes rows into a shard with the columns id, image, text and label.</summary>
    public static void Write(string path, int rows)
    {
        ShardColumn[] columns = [new("id", ShardType.Text), new("image", ShardType.FloatList, 10, Optional: true), new("text", ShardType.FloatList, 6, Optional: true), new("label", ShardType.Text)];
        using var writer = new ShardWriter(path, columns);
        int[] all = [.. Enumerable.Range(0, rows)];
        writer.Write(
            rows,
            all.Select(r => $"row-{r}").ToArray(),
            all.SelectMany(r => Features(r)[..10]).ToArray(),
            all.SelectMany(r => Features(r)[10..]).ToArray(),
            all.Select(Blobs.Label).ToArray());
        writer.Complete();
    }
}
