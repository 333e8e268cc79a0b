using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Shards;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Training;

/// <summary>Rows around three centres that lie far apart: a set any network learns.</summary>
internal static class Blobs
{
    public const int Width = 16;

    private const int Classes = 3;

    public static readonly VectorColumn[] Columns = [new("features", Width)];

    public static string Label(int row) => $"class-{row % Classes}";

    /// <summary>The row's class sets a third of its features apart; sines stand in for noise.</summary>
    public static float[] Features(int row) =>
        [.. Enumerable.Range(0, Width).Select(i => (i % Classes == row % Classes ? 3f : 0f) + MathF.Sin((row * 7.13f) + (i * i * 1.7f)))];

    public static TrainingSet Set(int rows, double holdoutShare = 0.2) =>
        TrainingSet.Of(Columns, Enumerable.Range(0, rows).Select(r => ($"row-{r}", Features(r), Label(r))), holdoutShare);

    /// <summary>Writes rows into a shard with the columns id, features and label.</summary>
    public static void Write(string path, IEnumerable<int> rows, Func<int, string>? id = null, Func<int, string?>? label = null, Action<float[]>? damage = null)
    {
        var chosen = rows.ToArray();
        var features = chosen.SelectMany(Features).ToArray();
        damage?.Invoke(features);
        using var writer = new ShardWriter(path, [new("id", ShardType.Text), new("features", ShardType.FloatList, Width), new("label", ShardType.Text)]);
        writer.Write(chosen.Length, chosen.Select(id ?? (r => $"row-{r}")).ToArray(), features, chosen.Select(label ?? Label).ToArray());
        writer.Complete();
    }
}
