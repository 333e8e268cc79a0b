using ParquetPool.Errors;

namespace ParquetPool.Encoders;

/// <summary>The files of the encoders that a build may hold, beside the program.</summary>
internal static class BuiltInEncoders
{
    /// <summary>Of sentences: all-MiniLM-L6-v2.</summary>
    public const string MiniLm = "minilm";

    /// <summary>Of pictures: ResNet18, of ImageNet.</summary>
    public const string ResNet18 = "resnet18";

    public const string ResNet18File = "ResNet18.onnx";
    private const string Folder = "encoders";

    public static bool Has(string file) => File.Exists(PathOf(file));

    /// <summary>The path of a file of an encoder.</summary>
    /// <exception cref="UsageException">This build holds none.</exception>
    public static string Require(string encoder, string file) => Has(file)
        ? PathOf(file)
        : throw new UsageException($"the encoder {encoder} is not in this build: build with -p:Encoders=true, which fetches 144 MB more, or name an ONNX file that has an {EncoderSpec.FileName} beside it");

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, Folder, file);
}
