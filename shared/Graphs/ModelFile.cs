using System.Security.Cryptography;
using Google.Protobuf;
using ParquetPool.Errors;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Storage;

namespace ParquetPool.Graphs;

/// <summary>An ONNX file: read, hashed, written whole.</summary>
public static class ModelFile
{
    /// <summary>Reads a model and the hash of the very bytes that were parsed.</summary>
    /// <exception cref="DataException">The file is missing, is no ONNX model, has no graph, or breaks one of the <see cref="ModelRules"/>.</exception>
    public static (ModelProto Model, string Sha256) Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = StoredFiles.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read the model {path}: {e.Message}", e);
        }
        return Parse(bytes, path);
    }

    /// <summary>A model of the bytes of a file, and their hash.</summary>
    /// <param name="bytes">Of the file.</param>
    /// <param name="path">What the file is called in messages.</param>
    /// <exception cref="DataException">They are no ONNX model, or it has no graph or breaks one of the <see cref="ModelRules"/>.</exception>
    public static (ModelProto Model, string Sha256) Parse(byte[] bytes, string path)
    {
        try
        {
            var model = ModelProto.Parser.ParseFrom(bytes);
            if (model.Graph is null || model.Graph.Node.Count == 0)
            {
                throw new DataException($"{path} holds no graph, expected an ONNX model: export it again");
            }
            SparseWeights.WriteOut(model, path);
            ModelRules.Require(model, path);
            return (model, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new DataException($"{path} is not an ONNX model ({e.Message}): export it again or check the path", e);
        }
    }

    /// <summary>The bytes of the file that holds <paramref name="model"/>.</summary>
    public static byte[] ToBytes(ModelProto model) => model.ToByteArray();

    /// <summary>The version of the standard operator set that the model asks for.</summary>
    public static long Opset(ModelProto model) =>
        model.OpsetImport.Where(o => o.Domain is "" or "ai.onnx").Select(o => o.Version).DefaultIfEmpty(1).Max();

    /// <summary>The graph's true inputs: those that no initializer gives a value.</summary>
    public static IEnumerable<ValueInfoProto> FeatureInputs(ModelProto model)
    {
        var given = model.Graph.Initializer.Select(t => t.Name).ToHashSet();
        return model.Graph.Input.Where(v => !given.Contains(v.Name));
    }

    /// <summary>Dimensions as the file states them; -1 where symbolic or unknown.</summary>
    public static long[] Dims(ValueInfoProto value) =>
        [.. value.Type?.TensorType?.Shape?.Dim.Select(d => d.HasDimValue && d.DimValue >= 0 ? d.DimValue : -1) ?? []];
}
