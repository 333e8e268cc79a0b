using ParquetPool.Columns;
using ParquetPool.Pictures;
using ParquetPool.Randomness;
using ParquetPool.Shards;

namespace ParquetPool.Benchmarks;

/// <summary>Pictures of 32 × 32 in colour: a waved background under a few soft blobs, of ten classes that differ in colour and waves.</summary>
internal sealed class MadeImages : IDisposable
{
    private const int Side = 32;
    private const int Pixels = Side * Side;
    private const int Classes = 10;
    private const int TrainRows = 20_000;
    private const int TestRows = 2_000;
    private readonly string folder = Directory.CreateTempSubdirectory("made-").FullName;

    public MadeImages(ulong seed)
    {
        Write(Train, "train", TrainRows, new PhiloxStream(seed, 11));
        Write(Test, "test", TestRows, new PhiloxStream(seed, 12));
    }

    public static PictureFormat Shape => new(3, Side, Side, ChannelsLast: false);

    public string Train => Path.Combine(folder, "train.parquet");

    public string Test => Path.Combine(folder, "test.parquet");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void Write(string path, string prefix, int rows, PhiloxStream random)
    {
        var labels = new string[rows];
        var pixels = new float[rows * 3 * Pixels];
        for (var row = 0; row < rows; row++)
        {
            var k = random.Below(Classes);
            labels[row] = $"class-{k}";
            Draw(pixels.AsSpan(row * 3 * Pixels, 3 * Pixels), k, random);
        }
        using var writer = new ShardWriter(path, [new("id", ShardType.Text), new("features", ShardType.FloatList, 3 * Pixels), new("label", ShardType.Text)]);
        writer.Write(rows, Enumerable.Range(0, rows).Select(i => $"{prefix}-{i}").ToArray(), pixels, labels);
        writer.Complete();
    }

    private static void Draw(Span<float> image, int k, PhiloxStream random)
    {
        var angle = (k * Math.PI / Classes) + (0.2 * random.Normal());
        var (waveX, waveY, phase) = (Math.Cos(angle) * (0.3 + (0.05 * k)), Math.Sin(angle) * (0.3 + (0.05 * k)), 2 * Math.PI * random.Uniform());
        var blobs = Enumerable.Range(0, 3).Select(_ => (X: random.Uniform() * Side, Y: random.Uniform() * Side, Size: 2 + (3 * random.Uniform()))).ToArray();
        for (var channel = 0; channel < 3; channel++)
        {
            var colour = 0.5 + (0.2 * Math.Sin(k + (2 * channel))) + (0.05 * random.Normal());
            var strengths = blobs.Select(_ => 0.35 * random.Normal()).ToArray();
            for (var place = 0; place < Pixels; place++)
            {
                var (y, x) = (place / Side, place % Side);
                var value = colour + (0.12 * Math.Sin((waveX * x) + (waveY * y) + phase)) + (0.02 * random.Normal());
                for (var b = 0; b < blobs.Length; b++)
                {
                    var (dx, dy) = ((x - blobs[b].X) / blobs[b].Size, (y - blobs[b].Y) / blobs[b].Size);
                    value += strengths[b] * Math.Exp(-((dx * dx) + (dy * dy)) / 2);
                }
                image[(channel * Pixels) + place] = (float)Math.Round(255 * Math.Clamp(value, 0, 1));
            }
        }
    }
}
