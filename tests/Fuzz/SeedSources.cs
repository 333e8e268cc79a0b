using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using ParquetPool.Shared.Tests.Tokenizers;
using ParquetPool.Tests;
using SkiaSharp;

namespace ParquetPool.Fuzz;

/// <summary>Good pictures, archives, arrays and an encoder, as others write them.</summary>
internal static class SeedSources
{
    private static readonly byte[] Gif = [.. "GIF89a"u8, 2, 0, 2, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255, 0x2C, 0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 3, 0x44, 2, 5, 0, 0x3B];

    private static readonly byte[] Bmp =
    [
        .. "BM"u8, 70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0, 0, 16, 0, 0, 0, .. new byte[16], 1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12, 0, 0,
    ];

    public static void Write(string root)
    {
        void Add(string name, byte[] bytes)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, name))!);
            File.WriteAllBytes(Path.Combine(root, name), bytes);
        }
        Add("pictures/a.jpg", MadePicture.TurnedJpeg(MadePicture.Jpeg(), 6));
        Add("pictures/progressive.jpg", MadePicture.Progressive);
        Add("pictures/inks.jpg", MadePicture.Inks);
        Add("pictures/a.png", MadePicture.WithChunk(MadePicture.Png(), "eXIf"u8, MadePicture.Exif(6)));
        Add("pictures/a.webp", MadePicture.File(MadePicture.Of(40, 30), SKEncodedImageFormat.Webp));
        Add("pictures/a.gif", Gif);
        Add("pictures/a.bmp", Bmp);
        Add("photos/a.png", MadePicture.Png());
        Add("photos/metadata.csv", "file_name,label\na.png,cat\n./gone.png,\n"u8.ToArray());
        Add("photos/sub/b.png", MadePicture.Png(seed: 1));
        Add("photos/sub/metadata.jsonl", "{\"file_name\": \"b.png\", \"label\": \"dog\"}\n{\"file_name\": \"../c.png\", \"label\": 3}\n"u8.ToArray());
        Add("archives/p.zip", Zip(("cat/a.png", MadePicture.Png()), ("dog/b.jpg", MadePicture.Jpeg())));
        Add("archives/p.tar", Tar());
        Add("archives/p.tgz", Gzip(Tar()));
        Add("arrays/a.npz", Zip(("x.npy", Npy("<f4", "(3, 2)", MemoryMarshal.AsBytes<float>([1, 2, 3, 4, 5, 6]))), ("ids.npy", Npy("<U2", "(3,)", Encoding.UTF32.GetBytes("a\0b\0cd"))), ("y.npy", Npy("<i8", "(3, 1)", MemoryMarshal.AsBytes<long>([1, 2, 1])))));
        var header = Encoding.UTF8.GetBytes("""{"__metadata__":{"format":"pt"},"labels":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"x":{"dtype":"F32","shape":[2,2],"data_offsets":[16,32]}}""");
        Add("arrays/a.safetensors", [.. BitConverter.GetBytes((long)header.Length), .. header, .. MemoryMarshal.AsBytes<long>([3, 5]), .. MemoryMarshal.AsBytes<float>([1, 2, 3, 4])]);
        Add("arrays/v.arrow", Arrow(isFile: true));
        Add("arrays/v.arrows", Arrow(isFile: false));
        Add("texts/t.arrow", Arrow(isFile: false));
        Add("texts/t.jsonl", "{\"id\": \"a\", \"text\": \"my card is lost\", \"label\": \"card\"}\n{\"id\": \"b\", \"text\": \"where is my money\", \"label\": 3}\n{\"id\": \"c\", \"text\": \"caf\\u00e9\"}\n"u8.ToArray());
        using var made = new TestFolder();
        MadeEncoder.In(made, """{"tokenizer": "vocab.txt", "lowercase": true, "maxTokens": 16, "prefix": "is ", "output": "last_hidden_state", "pooling": "mean", "normalise": true}""");
        foreach (var (name, tokenizer) in new[] { ("pairs", MadeTokenizers.Bpe), ("unigram", MadeTokenizers.Unigram) })
        {
            MadeEncoder.In(made, """{"tokenizer": "tokenizer.json"}""", name, tokens: 32);
            File.WriteAllText(made.File(name, "tokenizer.json"), tokenizer);
        }
        foreach (var file in made.Files())
        {
            Add(file, File.ReadAllBytes(made.File(file)));
        }
    }

    private static byte[] Npy(string descr, string shape, ReadOnlySpan<byte> values)
    {
        var text = Encoding.ASCII.GetBytes($"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
        return [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)text.Length), .. text, .. values];
    }

    private static byte[] Zip(params (string Name, byte[] Bytes)[] members)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in members)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }
        return file.ToArray();
    }

    private static byte[] Tar()
    {
        using var file = new MemoryStream();
        using (var tar = new TarWriter(file, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var (name, bytes) in new[] { ("one.png", MadePicture.Png()), ("one.cls", "cat"u8.ToArray()), ("two.json", "{\"label\": \"dog\"}"u8.ToArray()), ("two.jpg", MadePicture.Jpeg()) })
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes), ModificationTime = DateTimeOffset.UnixEpoch });
            }
        }
        return file.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionMode.Compress))
        {
            gzip.Write(bytes);
        }
        return file.ToArray();
    }

    private static byte[] Arrow(bool isFile)
    {
        var vectors = new FixedSizeListArray.Builder(DoubleType.Default, 2);
        for (var row = 0; row < 3; row++)
        {
            vectors.Append();
            ((DoubleArray.Builder)vectors.ValueBuilder).Append(row).Append(-1);
        }
        IArrowArray[] columns = [new StringArray.Builder().AppendRange(["a", "b", "c"]).Build(), vectors.Build(), new StringArray.Builder().AppendRange(["one text", "two", "three"]).Build(), new Int64Array.Builder().AppendRange([0, -1, 1]).Build()];
        var schema = new Schema([.. new[] { "id", "x", "text", "label" }.Zip(columns, (name, column) => new Field(name, column.Data.DataType, true))], null);
        using var batch = new RecordBatch(schema, columns, 3);
        using var file = new MemoryStream();
        using (var writer = isFile ? new ArrowFileWriter(file, schema, leaveOpen: true) : new ArrowStreamWriter(file, schema, leaveOpen: true))
        {
            writer.WriteRecordBatch(batch);
            writer.WriteEnd();
        }
        return file.ToArray();
    }
}
