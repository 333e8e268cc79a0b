using System.CommandLine;

namespace ParquetPool.Trainer.Import;

/// <summary>The options of an import of texts.</summary>
internal static class TextOptions
{
    private const string NoEncoder = "none";

    internal static readonly Option<string[]> Texts = new("--texts")
    {
        Description = "Files with a column of texts (CSV, JSON lines, Parquet, Arrow), or folders of them; their rows follow one another. Column 'id' is the id. The column 'split' is told by the files' and folders' names (train, validation, test and their kin). Rows without a text are counted and listed in NAME-rejects.csv.",
        HelpName = "PATH...",
        AllowMultipleArgumentsPerToken = true,
    };

    internal static readonly Option<string> Encoder = new("--encoder")
    {
        Description = "Also writes the column 'embedding': what a model makes of each text or picture, for classifiers (trainer train --features embedding) and audits of pictures. minilm for texts, resnet18 for pictures (both in builds with -p:Encoders=true), an ONNX file that has an encoder.json beside it, or none. The hashed n-grams of texts stay in 'features', which audits compare.",
        HelpName = "minilm|resnet18|FILE.onnx|none",
        DefaultValueFactory = _ => NoEncoder,
    };

    internal static string? EncoderOf(ParseResult parse) => parse.GetValue(Encoder) is { } name && name != NoEncoder ? name : null;
}
