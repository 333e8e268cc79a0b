using System.Globalization;
using Google.Protobuf;
using ParquetPool.Engine;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Fuzz;

/// <summary>A folder with a good input of every kind, made by the programs themselves.</summary>
internal sealed class Stage(string root)
{
    private static readonly string[] Steps =
    [
        "trainer import --csv {s}/rows.csv --skip-column text --out {s}/pool --shard-rows 20 --split train",
        "trainer import --csv {s}/test.csv --skip-column text --out {s}/test --split test",
        "trainer import --csv {s}/rows.csv --text-column text --text-width 16 --out {s}/hashed --split train",
        "trainer round --task t --pool {s}/pool --labels {s}/labels/labels.csv --models {s}/models --network {s}/network.json --epochs 2 --epochs-per-round 1",
        "scorer score --model {s}/models/t --pool {s}/pool --out {s}/scored --passes 4 --top 20",
        "scorer score --model {s}/models/t --pool {s}/pool --out {s}/part --passes 4 --partition 1/1",
        "scorer select --scores {s}/scored --top 5 --strategy power --out {s}/query",
        "scorer audit --train {s}/pool --test {s}/test --threshold 0.9 --out {s}/audited",
        "scorer judge --audit {s}/audited --judgements {s}/judgements.csv",
        "scorer purge --audit {s}/audited --threshold 0.9 --out {s}/purged",
        "scorer audit --train {s}/pool --test {s}/test --approximate 0.99 --index {s}/train.cells --out {s}/indexed",
    ];

    private readonly Dictionary<string, byte[]> files = [];

    public string Root => root;

    /// <summary>A file of the stage.</summary>
    public byte[] Bytes(string file) => files.TryGetValue(file, out var bytes) ? bytes : files[file] = File.ReadAllBytes(Path.Combine(root, file));

    /// <summary>Makes all; does nothing where that was done.</summary>
    public async Task MakeAsync()
    {
        Write("rows.csv", "id,x0,x1,x2,x3,text,label\n" + string.Concat(Enumerable.Range(0, 60).Select(Row)));
        Write("test.csv", "id,x0,x1,x2,x3,text,label\n" + string.Concat(Enumerable.Range(0, 20).Select(row => Row(row * 3).Replace("r", "q", StringComparison.Ordinal))));
        foreach (var (name, text) in SeedTexts.All)
        {
            Write(name, text);
        }
        File.WriteAllBytes(Path.Combine(root, "images.idx"), [0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 2, 0, 0, 0, 2, .. Enumerable.Range(0, 36).Select(i => (byte)(i * 7))]);
        File.WriteAllBytes(Path.Combine(root, "more.idx"), [0, 0, 8, 4, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, .. Enumerable.Range(0, 36).Select(i => (byte)(i * 7))]);
        File.WriteAllBytes(Path.Combine(root, "classes.idx"), [0, 0, 8, 1, 0, 0, 0, 9, .. Enumerable.Range(0, 9).Select(i => (byte)(i % 3))]);
        File.WriteAllBytes(Path.Combine(root, "rows.npy"), [0x93, .. "NUMPY"u8, 1, 0, 60, 0, .. "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }\n"u8, .. Enumerable.Range(0, 12).SelectMany(i => BitConverter.GetBytes(i * 0.5f))]);
        SeedSources.Write(root);
        WriteForeign();
        foreach (var step in Steps)
        {
            var finding = await Attempt.RunAsync([.. step.Split(' ').Select(word => word.Replace("{s}", root, StringComparison.Ordinal))]);
            if (finding.Verdict != Verdict.Taken)
            {
                throw new InvalidOperationException($"{step}: {finding}");
            }
        }
        WriteModels();
    }

    /// <summary>Copies a file or a folder.</summary>
    public void Copy(string name, string to)
    {
        var from = Path.Combine(root, name);
        foreach (var file in File.Exists(from) ? [from] : Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var path = Path.Combine(to, Path.GetRelativePath(root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(file, path);
        }
    }

    private static string Row(int row) => string.Create(CultureInfo.InvariantCulture, $"r{row},{row % 7 * 0.5},{row % 5 - 2},{row % 3 * 1.25},{(row * 37 % 60) / 60.0:F4},text {row},{"abc"[row % 3]}\n");

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, name))!);
        File.WriteAllText(Path.Combine(root, name), text);
    }

    /// <summary>Parquet files as others write them.</summary>
    private void WriteForeign()
    {
        using var duckDb = new DuckDb();
        void Make(string name, string select)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, name))!);
            duckDb.Execute($"COPY ({select}) TO {Sql.Text(Path.Combine(root, name))} (FORMAT parquet)");
        }
        Make("foreign/lists.parquet", "SELECT i AS id, [i, i % 3, i % 5, 1]::FLOAT[] AS features, 'c' || (i % 3) AS label, 'text ' || i AS text FROM range(40) t(i)");
        Make("foreign/nested.parquet", "SELECT 'n' || i AS id, {'v': [i, i % 3, i % 5, 1]::DOUBLE[4], 't': 'x'} AS item, MAP {'a': i} AS m, i % 2 = 0 AS flag, DATE '2026-01-01' + i::INT AS day, i::DECIMAL(20,2) AS dec FROM range(40) t(i)");
        Make("foreign/pictures.parquet", $"SELECT 'p' || i AS id, struct_pack(bytes := content, path := 'a.png') AS image, i % 2 AS label FROM read_blob({Sql.Text(Path.Combine(root, "pictures", "a.png"))}), range(3) t(i)");
        Make("wide.parquet", "SELECT 'w' || i AS id, [i % j FOR j IN range(1, 13)]::FLOAT[] AS features, 'c' || (i % 3) AS label FROM range(30) t(i)");
        foreach (var rows in new[] { "table/a", "table/b", "table/c", "stream/a" })
        {
            Make($"{rows}.parquet", $"SELECT '{rows}' || i AS id, [i, 2]::FLOAT[] AS features FROM range(9) t(i)");
        }
        Make("table/_delta_log/00000000000000000001.checkpoint.parquet", "SELECT {'path': p, 'partitionValues': MAP {}::MAP(VARCHAR, VARCHAR), 'size': 1, 'modificationTime': 0, 'dataChange': true} AS add, NULL::STRUCT(minReaderVersion INT, minWriterVersion INT) AS protocol FROM (VALUES ('a.parquet'), ('b.parquet')) v(p) UNION ALL SELECT NULL, {'minReaderVersion': 1, 'minWriterVersion': 2}");
        Make("labels/labels.parquet", "SELECT 'r' || i AS id, chr(97 + (i % 3)::INT) AS label, 'ada' AS annotator, 1.5 AS seconds FROM range(20) t(i)");
    }

    private void WriteModels()
    {
        foreach (var model in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Models"), "*.onnx"))
        {
            Directory.CreateDirectory(Path.Combine(root, "onnx"));
            File.Copy(model, Path.Combine(root, "onnx", Path.GetFileName(model)), overwrite: true);
        }
        var trained = File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(root, "models", "t"), "model.onnx", SearchOption.AllDirectories).Single());
        File.WriteAllBytes(Path.Combine(root, "onnx", "trained.onnx"), trained);
        var outside = ModelProto.Parser.ParseFrom(trained);
        using var weights = new MemoryStream();
        foreach (var tensor in outside.Graph.Initializer)
        {
            if (tensor.DataType != (int)TensorProto.Types.DataType.Float)
            {
                continue;
            }
            var bytes = Tensors.ToFloats(tensor).SelectMany(BitConverter.GetBytes).ToArray();
            tensor.FloatData.Clear();
            tensor.RawData = ByteString.Empty;
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = weights.Position.ToString(CultureInfo.InvariantCulture) });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = bytes.Length.ToString(CultureInfo.InvariantCulture) });
            weights.Write(bytes);
        }
        Directory.CreateDirectory(Path.Combine(root, "outside"));
        File.WriteAllBytes(Path.Combine(root, "outside", "model.onnx"), outside.ToByteArray());
        File.WriteAllBytes(Path.Combine(root, "outside", "weights.bin"), weights.ToArray());
    }
}
