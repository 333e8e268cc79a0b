using ParquetPool.Columns;
using ParquetPool.Shards;

namespace ParquetPool.Trainer.Tests.Embedding;

/// <summary>Small grey pictures of a few soft spots on a dark ground, each spot where chance has it.</summary>
internal static class Pictures
{
    public const int Side = 16;
    public const int Pixels = Side * Side;
    private const int Spots = 4;

    public static float[] Draw(int number)
    {
        var random = new Random(number);
        var picture = new float[Pixels];
        for (var spot = 0; spot < Spots; spot++)
        {
            var (y, x, size, strength) = (3 + (10 * random.NextDouble()), 3 + (10 * random.NextDouble()), 1 + random.NextDouble(), 0.5 + random.NextDouble());
            for (var place = 0; place < Pixels; place++)
            {
                var (dy, dx) = ((place / Side) - y, (place % Side) - x);
                picture[place] += (float)(strength * Math.Exp(-((dy * dy) + (dx * dx)) / (2 * size * size)));
            }
        }
        return picture;
    }

    /// <summary>Mirrored or not, and moved by one pixel up or down and one to the side.</summary>
    public static float[] Alter(float[] picture, int number)
    {
        var (down, right, mirrored) = (number % 2 == 0 ? 1 : -1, number % 4 < 2 ? 1 : -1, number % 3 == 0);
        return [.. Enumerable.Range(0, Pixels).Select(place =>
        {
            var (y, x) = ((place / Side) - down, (place % Side) - right);
            x = mirrored ? Side - 1 - x : x;
            return y is >= 0 and < Side && x is >= 0 and < Side ? picture[(y * Side) + x] : 0;
        })];
    }

    /// <summary>Writes pictures into a shard with the columns id, features and label.</summary>
    public static void Write(string path, string prefix, IReadOnlyList<float[]> pictures, Action<float[]>? damage = null)
    {
        var features = pictures.SelectMany(p => p).ToArray();
        damage?.Invoke(features);
        using var writer = new ShardWriter(path, [new("id", ShardType.Text), new("features", ShardType.FloatList, Pixels), new("label", ShardType.Text)]);
        writer.Write(
            pictures.Count, Enumerable.Range(0, pictures.Count).Select(i => $"{prefix}-{i}").ToArray(), features,
            Enumerable.Range(0, pictures.Count).Select(i => i % 2 == 0 ? "even" : "odd").ToArray());
        writer.Complete();
    }
}
