using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using ParquetPool.Errors;
using ParquetPool.Trainer.Import;

namespace ParquetPool.Trainer.Tests.Import;

public sealed class ArrayImportTests : IDisposable
{
    private static readonly byte[] Numbers = MemoryMarshal.AsBytes<float>([1, 2, 3, 4, 5, 6]).ToArray();

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Arrays_of_numpy_savez_are_vectors_ids_and_labels()
    {
        var path = Npz(
            ("x", Sources.Npy("<f4", "(3, 2)", Numbers)),
            ("y", Sources.Npy("<i8", "(3, 1)", MemoryMarshal.AsBytes<long>([7, -1, 12]).ToArray())),
            ("ids", Sources.Npy("<U2", "(3,)", Encoding.UTF32.GetBytes("a\0bbé\0"))));

        Import(new() { Source = new() { Npz = path }, Shards = new(folder.File("pool")) }).Should().Be(new ImportSummary(3, 1, 2, 3));

        Rows().Select(row => (row.Id, row.Label)).Should().Equal(("a", "7"), ("bb", "-1"), ("é", "12"));
        Rows()[1].Features.Should().Equal(3, 4);
    }

    [Fact]
    public void Of_several_arrays_one_is_named()
    {
        var path = Npz(("a", Sources.Npy("<f2", "(1, 2)", MemoryMarshal.AsBytes<Half>([(Half)0.5, (Half)2]).ToArray())), ("b", Sources.Npy("<f4", "(3, 2)", Numbers)));

        FluentActions.Invoking(() => Import(new() { Source = new() { Npz = path }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage("*2 arrays of two or more dimensions, expected one: it has a (1, 2), b (3, 2): name one with --vectors");
        FluentActions.Invoking(() => Import(new() { Source = new() { Npz = path, Vectors = "c" }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage("*no array c*");
        Import(new() { Source = new() { Npz = path, Vectors = "a" }, Shards = new(folder.File("pool")) });
        Rows().Single().Features.Should().Equal(0.5f, 2);
    }

    [Fact]
    public void What_is_wrong_with_arrays_is_told()
    {
        Refused(Npz(("x", Sources.Npy("<f4", "(3, 2)", Numbers)), ("y", Sources.Npy("<i8", "(2,)", new byte[16]))), "*y has 2 values and x 3 rows*");
        Refused(Npz(("x", Sources.Npy("<f4", "(3, 2)", Numbers)), ("y", Sources.Npy("|O", "(3,)", new byte[24]))), "*: y: values of type '|O'*");
        Refused(Npz(("x", Sources.Npy("<f4", "(3, 2)", Numbers[..20]))), "*: x: ends in row 2*");
        Refused(folder.Write("a.npz", "no zip at all"), "*not a whole file of NumPy arrays*");
        Refused(Npz(("x", Sources.Npy("<f4", "(3, -2)", Numbers))), "*: x: a row has 0 values*");
        Refused(Npz(("x", Sources.Npy("<f4", "(3, 2)", Numbers)), ("label", Sources.Npy("<i4", "(3, 1, 2)", new byte[24]))), "*2 arrays of two or more dimensions*");
        Refused(Npz(("x", Sources.Npy("<f4", "(3, 2)", Numbers)), ("label", Sources.Npy("<i4", "()", new byte[4]))), "*label has shape (), expected a value a row, (3)*");
        Refused(Npz(("x", Sources.Npy("<f8", "(2, 1)", MemoryMarshal.AsBytes<double>([1, 1e300]).ToArray()))), "*: x: row 2 has a number beyond float32*");
        Refused(Npz(("x", Sources.Npy("<f4", "(3, 2)", Numbers)), ("ids", Sources.Npy("<U1", "(3,)", MemoryMarshal.AsBytes<int>(['a', 0xD800, 0x110000]).ToArray()))), "*: ids: value 2 has bytes that are no characters*");
        Refused(Npz(("x", Sources.Npy("<f4", "(3, 2)", Numbers)), ("ids", Sources.Npy("|S1", "(3,)", "aba"u8.ToArray()))), "id a stands twice, in row 1 of a and in row 3 of a*");
        Refused(Npz(), "*no array of two or more dimensions*");
        var whole = File.ReadAllBytes(Npz(("x", Sources.Npy("<f4", "(3, 2)", Numbers))));
        Refused(folder.Write("a.npz", whole[..(whole.Length / 2)]), "*a.npz*");
        FluentActions.Invoking(() => Import(new() { Source = new() { Npz = "a", Arrow = "b" }, Shards = new(folder.File("pool")) })).Should().Throw<UsageException>().WithMessage("expected exactly one of *");

        void Refused(string path, string message) => FluentActions.Invoking(() => Import(new() { Source = new() { Npz = path }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage(message);
    }

    [Theory]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Tensors_of_every_precision_are_read(string type)
    {
        float[] values = [1, -2.5f, 0.125f, 4];
        var bytes = type switch
        {
            "F32" => MemoryMarshal.AsBytes<float>(values).ToArray(),
            "F16" => MemoryMarshal.AsBytes<Half>([.. values.Select(value => (Half)value)]).ToArray(),
            _ => MemoryMarshal.AsBytes<ushort>([.. values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))]).ToArray(),
        };
        var end = 16 + bytes.Length;
        var header = """{"__metadata__":{"format":"pt"},"labels":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"embeddings":{"dtype":"TYPE","shape":[2,2],"data_offsets":[16,END]},"more":{"dtype":"U8","shape":[1],"data_offsets":[END,MORE]}}"""
            .Replace("TYPE", type, StringComparison.Ordinal).Replace("END", $"{end}", StringComparison.Ordinal).Replace("MORE", $"{end + 1}", StringComparison.Ordinal);

        Import(new() { Source = new() { Safetensors = Safetensors(header, [.. MemoryMarshal.AsBytes<long>([3, 5]), .. bytes, 9]) }, Shards = new(folder.File("pool")) }).Should().Be(new ImportSummary(2, 1, 2, 2));

        Rows().SelectMany(row => row.Features).Should().Equal(values);
        Rows().Select(row => row.Label).Should().Equal("3", "5");
    }

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[2,2],"data_offsets":[0,12]}}""", "*x of type F32 and shape (2, 2) lies at bytes 0 to 12 of 16*")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2,4],"data_offsets":[0,32]}}""", "*lies at bytes 0 to 32 of 16*")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"x":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}""", "*x stands twice*")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}}""", "*x (to byte 8) and y (from byte 4) lie over one another*")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "*no array of two or more dimensions*x (4)*")]
    [InlineData("""{"x":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}""", "*x is I32, expected F32*")]
    [InlineData("""{"x":{"dtype":"F32"}}""", "*its header tells no tensors*")]
    [InlineData("[1]", "*its header tells no tensors*")]
    public void What_is_wrong_with_tensors_is_told(string header, string message) =>
        FluentActions.Invoking(() => Import(new() { Source = new() { Safetensors = Safetensors(header, new byte[16]) }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage(message);

    [Fact]
    public void A_file_that_is_cut_short_is_no_safetensors_file()
    {
        var bytes = new byte[20];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, ulong.MaxValue);

        FluentActions.Invoking(() => Import(new() { Source = new() { Safetensors = folder.Write("a.safetensors", bytes) }, Shards = new(folder.File("pool")) })).Should().Throw<DataException>().WithMessage("*expected a whole safetensors file*");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Vectors_of_Arrow_keep_their_ids_and_labels_and_rows_without_one_are_told(bool isFixed)
    {
        var path = Arrow(isFixed);

        Import(new() { Source = new() { Arrow = path }, Shards = new(folder.File("pool")) }).Should().BeEquivalentTo(new { Rows = 2, Width = 2, Classes = 2, Rejected = isFixed ? 1 : 3 });

        Rows().Select(row => (row.Id, row.Label)).Should().Equal(("a", "one"), ("c", "two"));
        Rows().SelectMany(row => row.Features).Should().Equal(1, 2, 5, 6);
        File.ReadAllLines(folder.File("pool", "v-rejects.csv"))[1].Should().Be($"{path},2,no embedding");
        File.ReadAllText(folder.File("pool", "v-rejects.csv")).Contains($"{path},5,embedding has a number beyond float32", StringComparison.Ordinal).Should().Be(!isFixed);
    }

    private string Npz(params (string Name, byte[] Array)[] arrays)
    {
        var path = folder.File("a.npz");
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, array) in arrays)
        {
            using var entry = zip.CreateEntry($"{name}.npy").Open();
            entry.Write(array);
        }
        return path;
    }

    private string Safetensors(string header, byte[] tensors)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, Encoding.UTF8.GetByteCount(header));
        return folder.Write("a.safetensors", [.. length, .. Encoding.UTF8.GetBytes(header), .. tensors]);
    }

    private string Arrow(bool isFixed)
    {
        IArrowArray vectors;
        if (isFixed)
        {
            var builder = new FixedSizeListArray.Builder(FloatType.Default, 2);
            var values = (FloatArray.Builder)builder.ValueBuilder;
            builder.Append();
            values.Append(1).Append(2);
            builder.AppendNull();
            builder.Append();
            values.Append(5).Append(6);
            vectors = builder.Build();
        }
        else
        {
            var builder = new ListArray.Builder(DoubleType.Default);
            var values = (DoubleArray.Builder)builder.ValueBuilder;
            builder.Append();
            values.Append(1).Append(2);
            builder.AppendNull();
            builder.Append();
            values.Append(5).Append(6);
            builder.Append();
            values.Append(7);
            builder.Append();
            values.Append(1e300).Append(2);
            vectors = builder.Build();
        }
        var ids = new StringArray.Builder().AppendRange(["a", "b", "c", "d", "e"]);
        var labels = new StringArray.Builder().AppendRange(["one", "two", "two", "one", "one"]);
        var schema = new Schema([new Field("id", StringType.Default, true), new Field("embedding", vectors.Data.DataType, true), new Field("label", StringType.Default, true)], null);
        using var batch = new RecordBatch(schema, [ids.Build().Slice(0, vectors.Length), vectors, labels.Build().Slice(0, vectors.Length)], vectors.Length);
        var path = folder.File("v.arrow");
        using var file = File.Create(path);
        using var writer = new ArrowFileWriter(file, schema);
        writer.WriteRecordBatch(batch);
        writer.WriteEnd();
        return path;
    }

    private List<Sources.Row> Rows() => Sources.ReadAll(folder.File("pool"));

    private static ImportSummary Import(ImportOptions options) => ImportRun.Execute(options, ct: TestContext.Current.CancellationToken);
}
