using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Storage;

namespace ParquetPool.Contract;

/// <summary>A model as it lies on disk or in an object store: a package with a manifest, or a bare ONNX file from elsewhere.</summary>
/// <param name="Path">The ONNX file, or its address.</param>
/// <param name="Model">As <see cref="Ready"/> makes it.</param>
/// <param name="Sha256">Of the ONNX file's bytes, and of the files beside it that hold its weights.</param>
/// <param name="Manifest">Null for a bare file.</param>
public sealed record ModelPackage(string Path, ModelProto Model, string Sha256, ModelManifest? Manifest)
{
    /// <summary>Which output is scored and what it holds, as far as somebody says so.</summary>
    public OutputChoice Output { get; init; } = Manifest?.Scores is { } scores ? new OutputChoice(scores.Output, OutputKinds.Named(scores.Kind)) : OutputChoice.Open;

    /// <summary>What was written around the model and decides its scores too; empty for nothing.</summary>
    public string Around { get; init; } = "";

    /// <summary>The inputs that take whole numbers, and of which type; the graph is fed with floats.</summary>
    public IReadOnlyDictionary<string, TensorProto.Types.DataType> WholeInputs { get; init; } = new Dictionary<string, TensorProto.Types.DataType>();

    /// <summary>A model in the form in which it is worked with: its functions written out, real numbers as float32, inputs as floats, the batch free where it may be.</summary>
    /// <exception cref="DataException">An input is no tensor of numbers.</exception>
    public static ModelPackage Ready(string path, ModelProto model, string sha256, ModelManifest? manifest)
    {
        var (ready, types) = InputTypes.ToFloats(FreeBatch.Of(DropoutSwitch.On(UnreadInputs.Drop(FloatWidening.Widen(BodyInlining.Inline(model))))));
        return new ModelPackage(path, ready, sha256, manifest) { WholeInputs = types };
    }

    /// <summary>The package with what the command line says of the output; what it leaves open stays as it is.</summary>
    public ModelPackage With(OutputChoice said) => said == OutputChoice.Open ? this : this with { Output = said.Name is null && Output.Name is not null ? Output with { Kind = said.Kind } : said };

    /// <summary>Opens a round's folder, a task's folder (its newest round), or an ONNX file.</summary>
    /// <exception cref="DataException">There is no model, or the file is not the one its manifest describes.</exception>
    public static ModelPackage Open(string path)
    {
        var (file, manifest) = Find(path);
        return Load(file, manifest);
    }

    /// <summary>The manifest of what <see cref="Open"/> would open, without reading the model; null for a bare file.</summary>
    /// <exception cref="DataException">There is no model, or its manifest cannot be read.</exception>
    public static ModelManifest? ManifestOf(string path) => Find(path).Manifest;

    /// <summary>The ONNX file that <see cref="Open"/> would open.</summary>
    /// <exception cref="DataException">There is no model, or its manifest cannot be read.</exception>
    public static string FileOf(string path) => Find(path).Path;

    private static (string Path, ModelManifest? Manifest) Find(string path)
    {
        if (StorageAddress.IsRemote(path) ? !path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) : Directory.Exists(path))
        {
            var folder = RoundOf(StorageAddress.Trim(StorageAddress.Full(path)));
            return (StorageAddress.Join(folder, ModelRegistry.ModelFileName), ModelManifest.Read(StorageAddress.Join(folder, ModelManifest.FileName)));
        }
        if (!StoredFiles.Exists(path))
        {
            throw new DataException($"no model at {path}, expected a round's folder or an .onnx file: check the path");
        }
        var full = StorageAddress.Full(path);
        var beside = StorageAddress.Join(StorageAddress.FolderOf(full), ModelManifest.FileName);
        var isPackage = System.IO.Path.GetFileName(path) == ModelRegistry.ModelFileName && StoredFiles.Exists(beside);
        return (path, isPackage ? ModelManifest.Read(beside) : null);
    }

    private static string RoundOf(string folder) =>
        StoredFiles.Exists(StorageAddress.Join(folder, ModelManifest.FileName)) ? folder
        : ModelRegistry.RoundsIn(folder) is [.., var newest] ? newest.Folder
        : throw new DataException($"{folder} holds neither {ModelManifest.FileName} nor a published round: train a model or name an .onnx file");

    private static ModelPackage Load(string path, ModelManifest? manifest)
    {
        var (model, sha256) = ModelFile.Read(path);
        return manifest is null || manifest.Sha256 == sha256
            ? Ready(path, model, ExternalWeights.Load(model, path, sha256), manifest)
            : throw new DataException($"{path} has SHA-256 {sha256[..12]}…, its manifest says {manifest.Sha256[..Math.Min(12, manifest.Sha256.Length)]}…: the file was changed or cut short, publish it again");
    }
}
