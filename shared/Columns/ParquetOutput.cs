using System.IO.Compression;
using Parquet;
using Parquet.Schema;

namespace ParquetPool.Columns;

/// <summary>A Parquet file on its way into a stream, row group by row group.</summary>
/// <remarks>
/// The rows of a group are in the columns; <see cref="EndGroup"/> writes and empties them. Memory is bounded by one group and what it takes to
/// encode its largest column. Not thread-safe. The stream is written forwards only and stays the caller's.
/// </remarks>
internal sealed class ParquetOutput : IDisposable
{
    /// <summary>Of the first texts of a group: where most of them differ, a list of all would take room and save none.</summary>
    private const int SampledTexts = 1000;
    private const double RepeatedTexts = 0.5;

    // Parquet.Net keeps so much of its buffers for the next file.
    private const int KeptBytes = 1 << 24;

    private readonly SealedStream sealing;
    private readonly IReadOnlyList<ParquetLeaf> leaves;
    private readonly ParquetWriter writer;

    public ParquetOutput(Stream target, IReadOnlyList<ParquetColumn> columns, Provenance? provenance)
    {
        sealing = new SealedStream(target);
        leaves = [.. columns.SelectMany(column => column.Leaves)];
        Columns = columns;
        var options = new ParquetOptions
        {
            CompressionMethod = CompressionMethod.Snappy,
            CompressionLevel = CompressionLevel.Fastest,
            DictionaryEncodingThreshold = RepeatedTexts,
            DictionaryEncodingSampleSize = SampledTexts,
            MaximumSmallPoolFreeBytes = KeptBytes,
            MaximumLargePoolFreeBytes = KeptBytes,
        };
        var schema = new ParquetSchema(columns.Select(column => column.Field));
        foreach (var text in leaves.OfType<TextColumn>())
        {
            options.ColumnEncodingHints[text.Field.Path.ToString()] = EncodingHint.Dictionary;
        }

        writer = ParquetWriter.CreateAsync(schema, sealing, options).GetAwaiter().GetResult();
        var entries = (provenance?.Entries ?? []).Append(new(FileSeal.Key, FileSeal.Blank));
        writer.CustomMetadata = new Dictionary<string, string>(entries);
    }

    public IReadOnlyList<ParquetColumn> Columns { get; }

    /// <summary>Of the values held.</summary>
    public long Bytes => leaves.Sum(leaf => leaf.Bytes);

    /// <summary>Writes the rows held.</summary>
    public void EndGroup() => EndGroupAsync().GetAwaiter().GetResult();

    /// <summary>Ends the file.</summary>
    /// <returns>SHA-256 of its bytes.</returns>
    public string Complete()
    {
        sealing.BeginFooter();
        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return sealing.EndFooter([.. leaves.Select(leaf => leaf.Annotation)]);
    }

    public void Dispose()
    {
        foreach (var column in Columns)
        {
            column.Dispose();
        }

        sealing.Dispose();
    }

    private async Task EndGroupAsync()
    {
        using var group = writer.CreateRowGroup();
        foreach (var leaf in leaves)
        {
            await leaf.WriteAsync(group);
        }

        group.CompleteValidate();
    }
}
