using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Storage;

namespace ParquetPool.Encoders;

/// <summary>A classifier of pictures as other tools export it, beside which an <c>encoder.json</c>, or the <c>preprocessor_config.json</c> of Hugging Face, says how a picture becomes its input.</summary>
public static class PictureClassifier
{
    private const int Rank = 4;

    /// <summary>What it takes of a picture; null where nothing beside it says so, or it takes no pictures.</summary>
    /// <param name="path">Of a bare ONNX file.</param>
    /// <exception cref="DataException">The file beside it says what cannot be.</exception>
    public static PixelSpec? PixelsOf(string path) => IsBeside(path) && TakesPictures(ModelFile.Read(path).Model) ? SpecBeside(path)?.Spec.Pixels : null;

    /// <summary>The model with the bytes of a picture as its input, <see cref="PixelSpec.Column"/> [batch, channel * y * x], what it takes of one, and the file that says so; null where <see cref="PixelsOf"/> is.</summary>
    /// <exception cref="DataException">The model and the file contradict each other.</exception>
    public static (ModelPackage Package, PixelSpec Pixels, string Said)? OnPixels(ModelPackage package)
    {
        if (package.Manifest is not null || !IsBeside(package.Path) || !TakesPictures(package.Model) || SpecBeside(package.Path) is not var (said, spec))
        {
            return null;
        }
        var mean = spec.MeanImage is { } name ? MeanImage.Read(Path.Combine(Path.GetDirectoryName(said)!, name), spec.Planes, spec.Size) : null;
        var files = new PictureEncoderFiles(package.Path, package.Model, package.Sha256, spec, mean);
        return (package with { Model = OnPixels(files), Around = files.Sha256, WholeInputs = new Dictionary<string, TensorProto.Types.DataType>() }, spec.Pixels, said);
    }

    private static ModelProto OnPixels(PictureEncoderFiles files)
    {
        var (input, channelsLast, _) = files.Input();
        var model = files.Model.Clone();
        var nodes = model.Graph.Node.ToList();
        model.Graph.Node.Clear();
        model.Graph.ValueInfo.Clear();
        model.Graph.Input.Remove(model.Graph.Input.Single(value => value.Name == input));
        var graph = new GraphBuilder(model);
        graph.Reserve(nodes.SelectMany(node => node.Output));
        var prepared = PictureGraph.Prepared(files, graph, graph.Input(PixelSpec.Column, TensorProto.Types.DataType.Float, -1, files.Spec.Pixels.Count), channelsLast);
        var names = new Dictionary<string, string> { [input] = prepared };
        foreach (var node in nodes)
        {
            Bodies.Rename(node.Input, names);
            Bodies.RenameCaptured(node, names);
        }
        graph.Model.Graph.Node.Add(nodes);
        return graph.Model;
    }

    private static bool TakesPictures(ModelProto model) => ModelFile.FeatureInputs(model).ToList() is [var only] && ModelFile.Dims(only).Length == Rank;

    private static bool IsBeside(string path) => !StorageAddress.IsRemote(path) && path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);

    private static (string Path, PictureSpec Spec)? SpecBeside(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var file = Path.Combine(folder, EncoderSpec.FileName);
        if (!File.Exists(file))
        {
            return StatedSettings.PicturesOf(folder) is var (stated, found) ? (stated, found.Checked(stated)) : null;
        }
        var spec = PictureSpec.Read(file);
        StatedSettings.Require(folder, spec);
        return (file, spec);
    }
}
