using ParquetPool.Pictures;
using ParquetPool.Randomness;
using ParquetPool.Sessions;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Embedding;

/// <summary>Seeks altered copies of the measured rows among these rows.</summary>
internal static class MeasuredCopies
{
    private const int TileRows = 256;

    /// <summary>By the model's embedding, in a stock session.</summary>
    public static CopyScore ByModel(EmbeddingNetwork network, PoolSample sample, IAugmentation augmentation, ulong seed) => CopyScore.Of(
        Embed(network, Copies(sample.Measured, augmentation, seed)), Embed(network, [.. sample.Measured.Select(r => r.Features)]), EmbeddingNetwork.Width);

    /// <summary>By the features themselves.</summary>
    public static CopyScore ByFeatures(PoolSample sample, IAugmentation augmentation, ulong seed) => CopyScore.Of(
        [.. Copies(sample.Measured, augmentation, seed).SelectMany(c => c)],
        [.. sample.Measured.SelectMany(r => r.Features)],
        sample.Columns.Sum(c => c.Width));

    /// <summary>An altered copy of each row; no epoch of the training draws the same.</summary>
    public static float[][] Copies(IReadOnlyList<LabelledRow> rows, IAugmentation augmentation, ulong seed)
    {
        var copies = new float[rows.Count][];
        Parallel.For(0, rows.Count, row =>
        {
            copies[row] = new float[rows[row].Features.Length];
            augmentation.Alter(rows[row].Features, new CopyDraws(seed, Purpose.LearntCopies, row, epoch: 0, copy: 0, new uint[augmentation.Words]), copies[row]);
        });
        return copies;
    }

    /// <summary>The network's embeddings in a stock session, [row, unit].</summary>
    public static float[] Embed(EmbeddingNetwork network, float[][] rows)
    {
        using var session = new ModelSession(network.Forward);
        var inputs = network.Inputs.ToDictionary(i => i.Name, i => TensorBuffer.Floats(TileRows, i.Dims[1]));
        try
        {
            var embeddings = new List<float>();
            for (var first = 0; first < rows.Length; first += TileRows)
            {
                var count = Math.Min(TileRows, rows.Length - first);
                var start = 0;
                foreach (var input in network.Inputs)
                {
                    var width = (int)input.Dims[1];
                    for (var i = 0; i < count; i++)
                    {
                        rows[first + i].AsSpan(start, width).CopyTo(inputs[input.Name].Span[(i * width)..]);
                    }
                    start += width;
                }
                var (values, _) = session.Run(inputs)[Networks.Network.Embedding];
                embeddings.AddRange(values.AsSpan(0, values.Length / TileRows * count));
            }
            return [.. embeddings];
        }
        finally
        {
            foreach (var input in inputs.Values)
            {
                input.Dispose();
            }
        }
    }
}
