using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ParquetPool.Engine;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Trainer.Tests.Import;

/// <summary>Makes sources in tests and reads what was imported of them.</summary>
internal static class Sources
{
    public static byte[] Idx(int[] dimensions, byte[] values, byte type = 8)
    {
        var header = new byte[4 + (4 * dimensions.Length)];
        (header[2], header[3]) = (type, (byte)dimensions.Length);
        for (var i = 0; i < dimensions.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), dimensions[i]);
        }

        return [.. header, .. values];
    }

    /// <summary>Images of <paramref name="width"/> bytes, byte i of image r being (r + i) % 256.</summary>
    public static byte[] IdxRamp(int rows, int width) =>
        Idx([rows, width], [.. Enumerable.Range(0, rows * width).Select(i => (byte)((i / width) + (i % width)))]);

    public static byte[] Npy(string descr, string shape, byte[] values, byte version = 1, string order = "False")
    {
        var text = Encoding.ASCII.GetBytes($"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
        var length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. values];
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionMode.Compress))
        {
            gzip.Write(bytes);
        }

        return target.ToArray();
    }

    public static string Write(this TestFolder folder, string name, byte[] bytes)
    {
        File.WriteAllBytes(folder.File(name), bytes);
        return folder.File(name);
    }

    public static string Write(this TestFolder folder, string name, string text) => folder.Write(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Every row of the folder's shards, in the order of their names.</summary>
    public static List<Row> ReadAll(string pool)
    {
        var shards = ShardSet.Resolve([pool]);
        var schema = new RowSchema(
            [new("features", shards.VectorWidth("features"))], LabelColumn: shards.HasColumn("label") ? "label" : null);
        var batch = new RowBatch(schema, 512);
        var rows = new List<Row>();
        foreach (var shard in shards)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, TestContext.Current.CancellationToken))
            {
                for (var row = 0; row < batch.Count; row++)
                {
                    var width = schema.Vectors[0].Width;
                    rows.Add(new(shard.Name, batch.Ids[row], batch.Vectors[0][(row * width)..((row + 1) * width)], batch.Labels[row]));
                }
            }
        }

        return rows;
    }

    internal sealed record Row(string Shard, string Id, float[] Features, string? Label);
}
