using ParquetPool.Decoding;

namespace ParquetPool.Contract;

/// <summary>What a manifest must say so that whoever reads it may rely on it.</summary>
internal static class ManifestRules
{
    private const long MostNumbers = 1L << 27;

    /// <summary>What is wrong; null where nothing is. A file may hold null or nothing where the type says that something stands.</summary>
    public static string? Fault(ModelManifest manifest) =>
        manifest is not { Task: not null, Classes: not null, Inputs: not null, Outputs: not null, Dropout: not null, Training: { Recipe: not null }, Sha256.Length: > 0 } ? "lacks a part"
        : manifest.Round < 1 ? $"has round {manifest.Round}, expected 1 or more"
        : manifest.Classes.Any(name => name is null) || manifest.Classes.Distinct().Count() < manifest.Classes.Count ? "names a class twice or not at all"
        : manifest.Inputs.Any(i => !IsSound(i)) ? "has an input without name, columns or shape"
        : manifest.Inputs.Any(i => i.Pixels is { } pixels && !IsSound(pixels, i)) ? "has an input of pictures of another size than its shape"
        : manifest.Inputs.Any(i => i.Tokens is { IsSound: false }) ? "has an input of token ids of which it does not say what made them"
        : manifest.Inputs.Any(i => i.Encoders?.Values.Any(made => made is not { Encoder: not null, Sha256: not null }) == true) ? "has an input with a column of which it does not say what made it"
        : manifest.Inputs.Any(i => i.Scales?.Any(s => s is not { IsSound: true }) == true) ? "has an input with a column's scale of which the numbers do not ascend"
        : manifest.Outputs.Any(o => o is not { Name: not null, Dims: not null }) ? "has an output without name or shape"
        : manifest.Dropout.Any(d => d is not { Node: not null }) ? "has a dropout without a node"
        : manifest.Scores is { Output: null } or { Kind: null } ? "does not say which output is scored"
        : manifest.Scores?.Networks is { } networks && (networks.Count < 2 || networks.Distinct().Count() < networks.Count || networks.Any(n => manifest.Outputs.All(o => o.Name != n))) ? "names networks that are no two outputs or more"
        : manifest.Heads?.Any(h => h is not { Output: not null }) == true ? "has a head without an output"
        : manifest.Training.Holdout is { Learnt: null } || manifest.Training.Holdout?.Learnt.Any(id => id is null) == true ? "does not say which rows were learnt from"
        : new[] { manifest.Calibration?.Single, manifest.Calibration?.Committee }.Any(t => t is { Temperature: not (> 0 and < double.PositiveInfinity) }) ? "has a temperature that is no positive number"
        : manifest.Training.Recipe.Any(r => r.Value is null) ? "has a recipe with empty settings"
        : null;

    private static bool IsSound(PixelSpec pixels, ModelInput input) =>
        pixels.Size is >= 1 and <= PixelSpec.LargestSide && (pixels.Resize is not { } side || (side >= pixels.Size && side <= PixelSpec.LargestSide))
        && input.Columns.Count == 1 && input.Dims.Skip(1).Aggregate(1L, (a, d) => a * d) == pixels.Count;

    private static bool IsSound(ModelInput input) =>
        input is { Name.Length: > 0, Columns.Count: > 0, Dims.Count: >= 2, Missing: not null }
        && input.Columns.All(c => c is { Length: > 0 }) && input.Dims.Skip(1).All(d => d > 0) && input.Dims.Skip(1).Aggregate(1.0, (a, d) => a * d) <= MostNumbers;
}
