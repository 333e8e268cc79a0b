using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Shards;

public sealed class BlobGuessTests : IDisposable
{
    private const int Width = 12, Rows = 64;
    private readonly TestFolder folder = new();

    public static TheoryData<string> Contents => new("gauss", "relu", "softmax", "whole", "onehot", "bfloat", "zeros");

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Contents))]
    public void Float32_of_every_kind_is_read_without_a_word(string content)
    {
        var shard = Put(content, value => BitConverter.GetBytes((float)value));

        ParquetFiles.ReadAll(shard, ParquetFiles.Features(Width)).Should().OnlyContain(row => row.Faults == RowFaults.None);
        ShardSet.Resolve([shard.Path]).VectorWidth("features").Should().Be(Width);
    }

    [Theory]
    [InlineData("gauss")]
    [InlineData("relu")]
    [InlineData("softmax")]
    [InlineData("whole")]
    [InlineData("rounded")]
    public void Float64_is_told_from_float32_with_and_without_a_known_width(string content)
    {
        var shard = Put(content, value => BitConverter.GetBytes(content == "rounded" ? (float)value : value));

        Refused(() => ParquetFiles.ReadAll(shard, ParquetFiles.Features(Width)), "float64");
        Refused(() => ShardSet.Resolve([shard.Path]).VectorWidth("features"), "float64");
        Refused(() => ParquetFiles.ReadAll(shard, ParquetFiles.Features(2 * Width)), "float64");
    }

    [Fact]
    public void Half_precision_and_pictures_are_told_from_float32()
    {
        var halves = Put("gauss", value => BitConverter.GetBytes((Half)value));
        Refused(() => ShardSet.Resolve([halves.Path]).VectorWidth("features"), "float16");
        Refused(() => ParquetFiles.ReadAll(halves, ParquetFiles.Features(Width)), "float16");
        var pictures = Put("gauss", value => [(byte)Math.Clamp(128 + (60 * value), 0, 255)]);
        Refused(() => ShardSet.Resolve([pictures.Path]).VectorWidth("features"), "uint8");
        Refused(() => ParquetFiles.ReadAll(pictures, ParquetFiles.Features(Width)), "uint8");
    }

    [Fact]
    public void Files_and_bfloat16_are_told_from_float32()
    {
        var brain = Put("gauss", value => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits((float)value) >> 16)));
        Refused(() => ShardSet.Resolve([brain.Path]).VectorWidth("features"), "bfloat16");
        byte[] header = [0x93, .. "NUMPY"u8, .. Enumerable.Repeat((byte)' ', 122)];
        foreach (var (start, name) in new (byte[], string)[] { (header, "NumPy files"), ([0x89, .. "PNG"u8], "encoded pictures (image/png") })
        {
            var hex = Convert.ToHexString(start);
            var shard = ParquetFiles.FromSql(folder.File("file.parquet"), $"SELECT i AS id, unhex('{hex}' || repeat('0000803F', {Width * 100})) AS features FROM range({Rows}) AS t(i)");
            Refused(() => ShardSet.Resolve([shard.Path]).VectorWidth("features"), name);
            Refused(() => ParquetFiles.ReadAll(shard, ParquetFiles.Features(Width)), name);
        }
    }

    [Theory]
    [InlineData(BlobType.Float32)]
    [InlineData(BlobType.Float64)]
    [InlineData(BlobType.Float16)]
    [InlineData(BlobType.UInt8)]
    public void What_is_said_of_blobs_settles_it(BlobType type)
    {
        var shard = Put("whole", value => type switch
        {
            BlobType.Float64 => BitConverter.GetBytes(value),
            BlobType.Float16 => BitConverter.GetBytes((Half)value),
            BlobType.UInt8 => [(byte)value],
            _ => BitConverter.GetBytes((float)value),
        }) with
        { Columns = new(Blobs: type) };

        var rows = ParquetFiles.ReadAll(shard, ParquetFiles.Features(Width));

        rows.Should().OnlyContain(row => row.Faults == RowFaults.None);
        rows[0].Vector.Should().Equal(Values("whole", 0).Select(value => (float)value));
        ShardSet.Resolve([shard.Path], shard.Columns).VectorWidth("features").Should().Be(Width);
    }

    private static void Refused(Action read, string type) => read.Should().Throw<DataException>().WithMessage($"*column features holds blobs of * bytes that look like {type}*--blob-type*");

    private static IEnumerable<double> Values(string content, int row)
    {
        var draws = new Random(row + 1);
        var normal = Enumerable.Range(0, Width).Select(_ => Math.Sqrt(-2 * Math.Log(1 - draws.NextDouble())) * Math.Cos(2 * Math.PI * draws.NextDouble())).ToArray();
        return content switch
        {
            "relu" => normal.Select(value => Math.Max(0, value)),
            "softmax" => normal.Select(value => Math.Exp(20 * (value - normal.Max()))),
            "whole" => normal.Select(value => Math.Round(10 * Math.Abs(value))),
            "onehot" => Enumerable.Range(0, Width).Select(i => i == row % Width ? 1.0 : 0),
            "bfloat" => normal.Select(value => (double)BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits((float)value) & 0xFFFF_0000)),
            "zeros" => normal.Select(_ => 0.0),
            _ => normal,
        };
    }

    private Shard Put(string content, Func<double, byte[]> bytes)
    {
        var rows = Enumerable.Range(0, Rows).Select(row => $"({row}, unhex('{Convert.ToHexString([.. Values(content, row).SelectMany(bytes)])}'))");
        return ParquetFiles.FromSql(folder.File("a.parquet"), $"SELECT * FROM (VALUES {string.Join(", ", rows)}) AS t(id, features)");
    }
}
