using System.Buffers.Binary;
using System.Text.Json;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Arrays;

/// <summary>Tensors in one file: the length of a header of JSON as 8 little-endian bytes, the header, then the tensors' bytes.</summary>
internal static class SafetensorsFile
{
    private const int LengthBytes = sizeof(ulong);
    private const int LongestHeader = 100_000_000; // As the format allows.
    private const string About = "__metadata__";

    /// <param name="vectors">The name of the tensor of vectors; null for the only one of two or more dimensions.</param>
    /// <exception cref="DataException">The file is missing, no such file, or a tensor is not what it must be.</exception>
    public static ArraySource Open(string path, string? vectors)
    {
        var (tensors, start) = Header(path);
        var shapes = tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Dims);
        var chosen = ArraySource.Choose(path, vectors, shapes);
        var (type, dims, _, _) = tensors[chosen];
        NumberType numbers = type switch
        {
            "F32" => NumberType.Float32,
            "F16" => NumberType.Float16,
            "BF16" => NumberType.BFloat16,
            "F64" => NumberType.Float64,
            "U8" => NumberType.Byte,
            _ => throw new DataException($"{path}: {chosen} is {type}, expected F32, F16, BF16, F64 or U8: save it with .float()"),
        };
        if (dims.Count < 2)
        {
            throw new DataException($"{path}: {chosen} has shape ({string.Join(", ", dims)}), expected (rows, values) or more dimensions: reshape it");
        }
        var width = Shape.Width(path, dims.Skip(1).ToArray());
        return new(path, new RowStream(At(chosen), path, dims[0], width, numbers, isAlone: false), dims[0], width, null, Values(ArraySource.LabelNames));

        ArrayValues? Values(IReadOnlyList<string> names) =>
            ArraySource.Beside(path, names, chosen, shapes) is { } name ? ArrayValues.Of(At(name), $"{path}: {name}", Descr(tensors[name].Type)) : null;

        Stream At(string name)
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
            stream.Position = start + tensors[name].From;
            return stream;
        }
    }

    private static string Descr(string type) => type switch
    {
        "I64" => "<i8",
        "I32" => "<i4",
        "I16" => "<i2",
        "I8" => "|i1",
        "U8" => "|u1",
        "BOOL" => "|b1",
        _ => type,
    };

    private static (Dictionary<string, Tensor> Tensors, long Start) Header(string path)
    {
        if (!File.Exists(path))
        {
            throw new DataException($"{path}: no such file: check the path");
        }
        using var file = File.OpenRead(path);
        Span<byte> size = stackalloc byte[LengthBytes];
        var length = file.ReadAtLeast(size, LengthBytes, throwOnEndOfStream: false) == LengthBytes ? BinaryPrimitives.ReadUInt64LittleEndian(size) : 0;
        if (length is 0 or > LongestHeader || length > (ulong)(file.Length - LengthBytes))
        {
            throw new DataException($"{path}: its header has {length} bytes and the file {file.Length}, expected a whole safetensors file: fetch it again");
        }
        var header = new byte[length];
        file.ReadExactly(header);
        var bytes = file.Length - LengthBytes - header.Length;
        try
        {
            using var json = JsonDocument.Parse(header);
            var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            foreach (var entry in json.RootElement.EnumerateObject().Where(entry => entry.Name != About))
            {
                if (!tensors.TryAdd(entry.Name, Required(path, entry.Name, Read(entry.Value), bytes)))
                {
                    throw new DataException($"{path}: {entry.Name} stands twice in its header, expected each tensor once: save it again");
                }
            }
            RequireApart(path, tensors);
            return (tensors, LengthBytes + header.Length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            throw new DataException($"{path}: its header tells no tensors ({e.Message.TrimEnd('.')}): fetch it again", e);
        }
    }

    private static Tensor Read(JsonElement said)
    {
        var places = said.GetProperty("data_offsets");
        return new(said.GetProperty("dtype").GetString() ?? "", [.. said.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())], places[0].GetInt64(), places[1].GetInt64());
    }

    private static Tensor Required(string path, string name, Tensor tensor, long bytes)
    {
        var size = tensor.Type switch { "F64" or "I64" or "U64" => 8, "F32" or "I32" or "U32" => 4, "F16" or "BF16" or "I16" or "U16" => 2, _ => 1 };
        return tensor.From >= 0 && tensor.To >= tensor.From && tensor.To <= bytes && tensor.Dims.All(dim => dim >= 0) && tensor.Dims.Aggregate((double)size, (product, dim) => product * dim) is var expected && (expected == tensor.To - tensor.From || IsOther(tensor.Type))
            ? tensor
            : throw new DataException($"{path}: {name} of type {tensor.Type} and shape ({string.Join(", ", tensor.Dims)}) lies at bytes {tensor.From} to {tensor.To} of {bytes}: fetch it again");
    }

    /// <summary>No byte is of two tensors.</summary>
    private static void RequireApart(string path, Dictionary<string, Tensor> tensors)
    {
        var ordered = tensors.Where(tensor => tensor.Value.To > tensor.Value.From).OrderBy(tensor => tensor.Value.From).ToList();
        foreach (var (first, second) in ordered.Zip(ordered.Skip(1)))
        {
            if (second.Value.From < first.Value.To)
            {
                throw new DataException($"{path}: {first.Key} (to byte {first.Value.To}) and {second.Key} (from byte {second.Value.From}) lie over one another: save it again");
            }
        }
    }

    /// <summary>Whether the size of a number is not known here; nothing is read of such a tensor.</summary>
    private static bool IsOther(string type) => type is not ("F64" or "I64" or "U64" or "F32" or "I32" or "U32" or "F16" or "BF16" or "I16" or "U16" or "I8" or "U8" or "BOOL");

    /// <param name="From">Its first byte behind the header.</param>
    /// <param name="To">The byte behind its last.</param>
    private readonly record struct Tensor(string Type, IReadOnlyList<int> Dims, long From, long To);
}
