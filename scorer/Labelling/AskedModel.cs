using ParquetPool.Contract;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Selection;

namespace ParquetPool.Scorer.Labelling;

/// <summary>The model that ranked the rows of a file.</summary>
/// <param name="Version">Its name, for people.</param>
/// <param name="Package">Null where it is gone.</param>
internal sealed record AskedModel(string Version, ModelPackage? Package)
{
    /// <summary>The model that the record beside a file of rows names.</summary>
    public static AskedModel Beside(string rows)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(rows))!;
        return Of(JsonFile.Read<RunRecord>(Path.Combine(folder, ScoreFolder.RunRecordName))?.Model ?? JsonFile.Read<SelectRecord>(Path.Combine(folder, SelectFiles.RecordName))?.Model);
    }

    /// <summary>A model's name, for people.</summary>
    public static string NameOf(ModelPackage package) => package.Manifest is { } manifest ? $"{manifest.Task} round {manifest.Round}" : $"model {package.Sha256[..RunModel.ShownDigits]}";

    /// <summary>The model that a record names.</summary>
    public static AskedModel Of(RunModel? model) => model is null
        ? new("model", null)
        : new(model.Task is null ? $"model {model.Sha256[..RunModel.ShownDigits]}" : $"{model.Task} round {model.Round}", File.Exists(model.Path) ? ModelPackage.Open(model.Path) : null);
}
