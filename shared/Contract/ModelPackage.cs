using ParquetPool.Commands;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Contract;

/// <summary>A model as it lies on disk: a package with a manifest, or a bare ONNX file from elsewhere.</summary>
/// <param name="Path">The ONNX file.</param>
/// <param name="Sha256">Of the ONNX file's bytes.</param>
/// <param name="Manifest">Null for a bare file.</param>
public sealed record ModelPackage(string Path, ModelProto Model, string Sha256, ModelManifest? Manifest)
{
    /// <summary>Opens a round's folder, a task's folder (its newest round), or an ONNX file.</summary>
    /// <exception cref="DataException">There is no model, or the file is not the one its manifest describes.</exception>
    public static ModelPackage Open(string path)
    {
        if (Directory.Exists(path))
        {
            return OpenFolder(path);
        }
        if (!File.Exists(path))
        {
            throw new DataException($"no model at {path}, expected a round's folder or an .onnx file: check the path");
        }
        var beside = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!, ModelManifest.FileName);
        var isPackage = System.IO.Path.GetFileName(path) == ModelRegistry.ModelFileName && File.Exists(beside);
        return Load(path, isPackage ? ModelManifest.Read(beside) : null);
    }

    private static ModelPackage OpenFolder(string folder)
    {
        var manifest = System.IO.Path.Combine(folder, ModelManifest.FileName);
        if (File.Exists(manifest))
        {
            return Load(System.IO.Path.Combine(folder, ModelRegistry.ModelFileName), ModelManifest.Read(manifest));
        }
        var full = System.IO.Path.GetFullPath(folder).TrimEnd(System.IO.Path.DirectorySeparatorChar);
        var rounds = new ModelRegistry(System.IO.Path.GetDirectoryName(full) ?? full).Rounds(System.IO.Path.GetFileName(full));
        return rounds.Count > 0
            ? OpenFolder(rounds[^1].Folder)
            : throw new DataException($"{folder} holds neither {ModelManifest.FileName} nor a published round: train a model or name an .onnx file");
    }

    private static ModelPackage Load(string path, ModelManifest? manifest)
    {
        var (model, sha256) = ModelFile.Read(path);
        return manifest is null || manifest.Sha256 == sha256
            ? new ModelPackage(path, model, sha256, manifest)
            : throw new DataException($"{path} has SHA-256 {sha256[..12]}…, its manifest says {manifest.Sha256[..Math.Min(12, manifest.Sha256.Length)]}…: the file was changed or cut short, publish it again");
    }
}
