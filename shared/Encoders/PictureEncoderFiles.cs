using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ParquetPool.Decoding;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Encoders;

/// <summary>What an encoder of pictures is made of: a model, what is said of it, and a picture that is taken off every other.</summary>
/// <param name="Name">As the command line names it.</param>
/// <param name="ModelSha256">Of the model's bytes.</param>
/// <param name="MeanPicture">[channel, y, x]; null for none.</param>
internal sealed record PictureEncoderFiles(string Name, ModelProto Model, string ModelSha256, PictureSpec Spec, float[]? MeanPicture)
{
    private const string MeanTensor = "MeanImage";

    /// <summary>Of all that decides a vector.</summary>
    public string Sha256 => HashOf(ModelSha256, Spec, MeanPicture);

    /// <summary>Reads a built-in encoder, or an ONNX file and the <c>encoder.json</c> beside it.</summary>
    /// <exception cref="UsageException">The name is neither that of a file nor of an encoder of this build.</exception>
    /// <exception cref="DataException">A file is missing or not what it must be.</exception>
    public static PictureEncoderFiles Read(string name) =>
        name == BuiltInEncoders.ResNet18 ? BuiltIn()
        : name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? Given(name)
        : throw new UsageException($"--encoder is '{name}'{(name == BuiltInEncoders.MiniLm ? ", an encoder of texts" : "")}, expected {BuiltInEncoders.ResNet18}, none or an ONNX file that has an {EncoderSpec.FileName} beside it");

    /// <summary><see cref="Sha256"/> of what <see cref="Read"/> would read; a built-in model is not taken apart for it.</summary>
    /// <exception cref="UsageException">As <see cref="Read"/>.</exception>
    /// <exception cref="DataException">As <see cref="Read"/>.</exception>
    public static string Sha256Of(string name)
    {
        if (name != BuiltInEncoders.ResNet18)
        {
            return Read(name).Sha256;
        }
        using var file = File.OpenRead(BuiltInEncoders.Require(BuiltInEncoders.ResNet18, BuiltInEncoders.ResNet18File));
        return HashOf(Convert.ToHexStringLower(SHA256.HashData(file)), BuiltInSpec, BuiltInMean());
    }

    /// <summary>The model's input of one picture: its name, whether it is [y, x, channel] rather than [channel, y, x], and its shape.</summary>
    /// <exception cref="DataException">The model takes something else.</exception>
    public (string Name, bool ChannelsLast, long[] Dims) Input()
    {
        List<ValueInfoProto> inputs = [.. ModelFile.FeatureInputs(Model)];
        if (inputs is not [var only] || ModelFile.Dims(only) is not { Length: 4 } given)
        {
            throw new DataException($"{Name}: has the inputs {string.Join(", ", inputs.Select(found => $"{found.Name} [{Shown(ModelFile.Dims(found))}]"))}, expected one of pictures [1, {Spec.Planes}, {Spec.Size}, {Spec.Size}]: export it as an encoder of pictures");
        }
        var channelsLast = given[3] == Spec.Planes && given[1] != Spec.Planes;
        long[] dims = channelsLast ? [1, Spec.Size, Spec.Size, Spec.Planes] : [1, Spec.Planes, Spec.Size, Spec.Size];
        return given.Zip(dims).Skip(1).Any(both => both.First > 0 && both.First != both.Second)
            ? throw new DataException($"{Name}: takes pictures of [{Shown(given)}], {EncoderSpec.FileName} says [{Shown(dims)}]: mend its size or channels")
            : (only.Name, channelsLast, dims);
    }

    public static string Shown(IEnumerable<long> dims) => string.Join(", ", dims.Select(dim => dim < 0 ? "any" : FormattableString.Invariant($"{dim}")));

    private static PictureSpec BuiltInSpec => new() { Channels = ChannelOrder.Bgr, Range = 255 };

    private static PictureEncoderFiles BuiltIn()
    {
        var (model, sha256) = ModelFile.Read(BuiltInEncoders.Require(BuiltInEncoders.ResNet18, BuiltInEncoders.ResNet18File));
        return new(BuiltInEncoders.ResNet18, model, sha256, BuiltInSpec, BuiltInMean());
    }

    private static float[] BuiltInMean()
    {
        var prepare = ModelFile.Read(BuiltInEncoders.Require(BuiltInEncoders.ResNet18, "ResNetPreprocess.onnx")).Model;
        return Tensors.ToFloats(prepare.Graph.Initializer.FirstOrDefault(tensor => tensor.Name == MeanTensor) ?? throw new DataException($"{BuiltInEncoders.ResNet18}: no {MeanTensor} in its files: build again"));
    }

    private static string HashOf(string modelSha256, PictureSpec spec, float[]? mean)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{modelSha256}\n{(spec with { MeanImage = null }).ToJson()}\n"));
        hash.AppendData(MemoryMarshal.AsBytes(mean.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static PictureEncoderFiles Given(string path)
    {
        var (model, sha256) = ModelFile.Read(path);
        sha256 = ExternalWeights.Load(model, path, sha256);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var spec = PictureSpec.Read(Path.Combine(folder, EncoderSpec.FileName));
        StatedSettings.Require(folder, spec);
        return new(path, model, sha256, spec, spec.MeanImage is { } mean ? MeanImage.Read(Path.Combine(folder, mean), spec.Planes, spec.Size) : null);
    }
}
