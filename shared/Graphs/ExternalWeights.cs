using System.Security.Cryptography;
using Google.Protobuf;
using ParquetPool.Errors;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Outputs;
using ParquetPool.Storage;

namespace ParquetPool.Graphs;

/// <summary>Weights that a model keeps in files beside it: read into the model, and part of its hash.</summary>
internal static class ExternalWeights
{
    private const long MostBytes = int.MaxValue;

    /// <summary>Reads what lies outside into <paramref name="model"/>.</summary>
    /// <param name="path">Of the model; the files are in its folder or below.</param>
    /// <param name="sha256">Of the model's own bytes.</param>
    /// <returns>The hash of the model's bytes and of all files that it reads; <paramref name="sha256"/> where there are none.</returns>
    /// <exception cref="DataException">A file is missing, too short or outside the model's folder.</exception>
    public static string Load(ModelProto model, string path, string sha256)
    {
        var outside = Bodies.AllTensors(model).Where(t => t.DataLocation == TensorProto.Types.DataLocation.External).ToList();
        if (outside.Count == 0)
        {
            return sha256;
        }
        var files = outside.Select(t => Location(t, path)).Distinct().Order(StringComparer.Ordinal).ToDictionary(name => name, name => Bytes(name, path));
        long total = 0;
        foreach (var tensor in outside)
        {
            var (offset, length) = (Number(tensor, "offset", path) ?? 0, Number(tensor, "length", path));
            var bytes = files[Location(tensor, path)];
            var count = length ?? bytes.Length - offset;
            if (offset > bytes.Length || count < 0 || count > bytes.Length - offset)
            {
                throw new DataException($"{path}: tensor '{tensor.Name}' has {count} bytes from {offset} on in {Location(tensor, path)}, which has {bytes.Length}: the file was changed or cut short, export the model again");
            }
            if ((total += count) > MostBytes)
            {
                throw new DataException($"{path}: its weights take more than {MostBytes:N0} bytes, expected less: export a smaller model, or in half precision");
            }
            tensor.RawData = ByteString.CopyFrom(bytes, (int)offset, (int)count);
            tensor.DataLocation = TensorProto.Types.DataLocation.Default;
            tensor.ExternalData.Clear();
            if (ModelRules.Fault(tensor) is { } fault)
            {
                throw new DataException($"{path}: {fault}: export the model again");
            }
        }
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Convert.FromHexString(sha256));
        foreach (var (name, bytes) in files)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(name));
            hash.AppendData(SHA256.HashData(bytes));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Location(TensorProto tensor, string path)
    {
        var name = (Entry(tensor, "location") ?? "").Replace('\\', '/');
        return name.Length > 0 && !Path.IsPathRooted(name) && !name.Contains(':') && !name.Any(char.IsControl) && !name.Split('/').Contains("..")
            ? name
            : throw new DataException($"{path}: tensor '{tensor.Name}' names '{name}' as the file of its data, expected a file in the model's folder: export the model again or save it as one file");
    }

    private static byte[] Bytes(string name, string path)
    {
        var full = StorageAddress.Full(path);
        var file = StorageAddress.Join(StorageAddress.FolderOf(full), name);
        try
        {
            return !IsInside(file, full) ? throw new DataException($"{path}: {name}, which holds its weights, is a link to another folder, expected a file in the model's folder: copy it there")
                : StorageAddress.IsRemote(full) || FileKind.HasEnd(file) ? StoredFiles.ReadAllBytes(file)
                : throw new DataException($"{path}: {name}, which holds its weights, is a pipe, a socket or a device, expected a file: export the model again");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: its weights are in {name}, which cannot be read ({e.Message}): put the file beside the model, or save the model as one file", e);
        }
    }

    /// <summary>Whether a file, links followed, is still in the folder that the model is in.</summary>
    private static bool IsInside(string file, string model)
    {
        if (StorageAddress.IsRemote(model))
        {
            return true;
        }
        var folders = RealPath.Of(Path.GetDirectoryName(model)!).Concat(RealPath.Of(model).Select(real => Path.GetDirectoryName(real)!)).ToList();
        return RealPath.Of(file).All(real => folders.Exists(folder => RealPath.IsWithin(real, folder)));
    }

    private static long? Number(TensorProto tensor, string key, string path) =>
        Entry(tensor, key) is not { } text ? null
        : long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number
        : throw new DataException($"{path}: tensor '{tensor.Name}' has {key} '{text}', expected a whole number: export the model again");

    private static string? Entry(TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;
}
