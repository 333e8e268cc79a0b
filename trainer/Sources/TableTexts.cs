using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.Trainer.Sources;

/// <summary>Texts of a CSV or Parquet file.</summary>
internal sealed class TableTexts(string path) : TextFile(path)
{
    private const string HuggingFace = "huggingface";

    private readonly Lazy<string?> features = new(() => IsParquet(path) ? FileFacts.Read(path).GetValueOrDefault(HuggingFace) : null);

    public override IReadOnlyList<string> Columns { get; } = TextTable.Columns(path);

    public override IReadOnlyList<string>? ClassNames(string column) => ClassLabels.Of(features.Value, column);

    public override IEnumerable<string?[]> Read(IReadOnlyList<string> columns) => TextTable.ReadLabels(Path, columns);

    private static bool IsParquet(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[4];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("PAR1"u8);
    }
}
