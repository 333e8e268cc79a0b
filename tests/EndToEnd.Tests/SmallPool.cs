using ParquetPool.Columns;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Randomness;
using ParquetPool.Shards;

namespace ParquetPool.EndToEnd.Tests;

/// <summary>A model and shards that take long enough to score that a process can be killed meanwhile.</summary>
internal static class SmallPool
{
    public const int RowsPerShard = 1_500;
    private const int Width = 32;

    /// <summary>Some ids are NULL and some stand twice, so that there are rejects of both kinds.</summary>
    public static void WriteShard(string path, int shard)
    {
        using var writer = new ShardWriter(path, [new("id", ShardType.Text), new("features", ShardType.FloatBlob, Width)]);
        writer.Write(
            RowsPerShard,
            Enumerable.Range(0, RowsPerShard).Select(row => row % 500 == 3 ? null : row % 900 == 5 ? $"row-{row}" : $"row-{shard}-{row}").ToArray(),
            Numbers((uint)shard, RowsPerShard * Width));
        writer.Complete();
    }

    /// <summary>Two hidden layers behind dropout.</summary>
    public static void WriteModel(string path)
    {
        var g = new GraphBuilder("model");
        var x = g.Input("features", TensorProto.Types.DataType.Float, -1, Width);
        var active = g.Op("Greater", [g.Op("Size", [x]), g.Constant(Tensors.Int64("never", [-1]))]);
        var hidden = g.Op("Relu", [g.Op("MatMul", [x, g.Constant("w1", Numbers(100, Width * 512), Width, 512)])]);
        hidden = g.Op("Dropout", [hidden, g.Scalar(0.5f), active]);
        hidden = g.Op("Relu", [g.Op("MatMul", [hidden, g.Constant("w2", Numbers(101, 512 * 256), 512, 256)])]);
        hidden = g.Op("Dropout", [hidden, g.Scalar(0.5f), active]);
        g.Output(g.Op("MatMul", [hidden, g.Constant("w3", Numbers(102, 256 * 10), 256, 10)]), "logits", TensorProto.Types.DataType.Float, -1, 10);
        File.WriteAllBytes(path, ModelFile.ToBytes(g.Model));
    }

    private static float[] Numbers(uint stream, int count)
    {
        var words = new uint[count];
        Philox.Fill(7, 0, 0, stream, 0, 0, words);
        return Array.ConvertAll(words, word => (float)((word / 4294967296.0) - 0.5) * 0.3f);
    }
}
