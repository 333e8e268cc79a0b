using ParquetPool.Columns;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Randomness;
using ParquetPool.Shards;

namespace ParquetPool.Storage.Tests;

/// <summary>A pool of a few shards and a model for it.</summary>
internal static class TestPool
{
    public const int Shards = 6;
    public const int RowsPerShard = 1_500;
    public const int ShardBytes = RowsPerShard * Width * sizeof(float);
    private const int Width = 48;

    /// <summary>Writes <c>pool/</c>, <c>labels.csv</c> and <c>model.onnx</c>.</summary>
    public static void Write(TestFolder folder)
    {
        for (var shard = 0; shard < Shards; shard++)
        {
            using var writer = new ShardWriter(folder.File($"pool/shard-{shard}.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatBlob, Width), new("label", ShardType.Text)]);
            var rows = Enumerable.Range(0, RowsPerShard).ToArray();
            writer.Write(RowsPerShard, Array.ConvertAll(rows, row => $"row-{shard}-{row}"), Numbers((uint)shard, RowsPerShard * Width), Array.ConvertAll(rows, row => $"class-{row % 3}"));
            writer.Complete();
        }
        File.WriteAllLines(folder.File("labels.csv"), ["id,label", .. Enumerable.Range(0, 60).Select(row => $"row-0-{row},class-{row % 3}")]);
        var g = new GraphBuilder("model");
        var x = g.Input("features", TensorProto.Types.DataType.Float, -1, Width);
        var active = g.Op("Greater", [g.Op("Size", [x]), g.Constant(Tensors.Int64("never", [-1]))]);
        var hidden = g.Op("Dropout", [g.Op("Relu", [g.Op("MatMul", [x, g.Constant("w1", Numbers(100, Width * 64), Width, 64)])]), g.Scalar(0.5f), active]);
        g.Output(g.Op("MatMul", [hidden, g.Constant("w2", Numbers(101, 64 * 3), 64, 3)]), "logits", TensorProto.Types.DataType.Float, -1, 3);
        File.WriteAllBytes(folder.File("model.onnx"), ModelFile.ToBytes(g.Model));
    }

    private static float[] Numbers(uint stream, int count)
    {
        var words = new uint[count];
        Philox.Fill(7, 0, 0, stream, 0, 0, words);
        return Array.ConvertAll(words, word => (float)((word / 4294967296.0) - 0.5));
    }
}
