using System.Text.Json.Serialization;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Import;

/// <summary>Makes shards of a source: columns <c>id</c>, <c>features</c>, <c>label</c> where the source has labels, <c>text</c> where the features are made of one, <c>embedding</c> where an encoder makes one of the text, <c>tokens</c> where a vocabulary is given, and <c>split</c>.</summary>
internal static class ImportRun
{
    /// <summary>Rows that are read at once, at most.</summary>
    public const int LargestBatch = 2048;

    /// <summary>Imports; the shards appear together at the end, or not at all.</summary>
    /// <param name="options">What to import and where to.</param>
    /// <param name="rows">Told the rows written since the last report.</param>
    /// <param name="ct">Ends the import, leaving nothing.</param>
    /// <exception cref="UsageException">The options contradict each other, or the shards are there already.</exception>
    /// <exception cref="DataException">A source is missing or not what it must be.</exception>
    /// <exception cref="IOException">The shards cannot be written.</exception>
    public static ImportSummary Execute(ImportOptions options, IProgress<long>? rows = null, CancellationToken ct = default)
    {
        options.RequireWhole();
        if (options.Source.HasPictures)
        {
            using var pictures = new PictureImport(options);
            return pictures.Execute(rows, ct);
        }

        using var tokens = options.Tokens?.Open(TextsOf(options, ct));
        using var source = options.Source.Open(options.Shards.Split);
        using var ids = options.Ids is { } file ? RowIds.FromFile(file) : RowIds.Counted(options.Shards.IdPrefix ?? $"{options.Shards.Split ?? source.Name}-");
        using var encoder = options.Encoder is { } encoding ? TextEncoder.Open(encoding) : null;
        return new RowImport(options, source, ids, encoder, tokens).Execute(rows, ct);
    }

    /// <summary>Rows that the import will have, where a header tells; 0 where only reading does.</summary>
    public static long KnownRows(ImportOptions options)
    {
        options.RequireWhole();
        if (options.Source.HasPictures)
        {
            return 0;
        }
        using var source = options.Source.Open(options.Shards.Split);
        return source.Rows ?? 0;
    }

    /// <summary>All texts, of a source of its own.</summary>
    private static IEnumerable<string> TextsOf(ImportOptions options, CancellationToken ct)
    {
        using var source = options.Source.Open(options.Shards.Split);
        var buffer = new SourceRows(LargestBatch, source.Width);
        while (source.Read(buffer) is var count && count + buffer.Rejected.Count > 0)
        {
            ct.ThrowIfCancellationRequested();
            buffer.Rejected.Clear();
            foreach (var text in buffer.Texts.Take(count))
            {
                yield return text;
            }
        }
    }
}

/// <summary>What an import made.</summary>
/// <param name="Rows">Rows written.</param>
/// <param name="Shards">Files they are in.</param>
/// <param name="Width">Values of a row's feature vector.</param>
/// <param name="Classes">Different labels seen; null where the source has none.</param>
/// <param name="DistinctFeatures">Of a text, on average; null where the features are not made of texts.</param>
/// <param name="Image">How a row's numbers are a picture, as the shards remember; null where nothing says so.</param>
/// <param name="Labels">In the label file that was handed out; null for none.</param>
/// <param name="Rejected">Rows of files of texts that could not be used, or pictures in <c>rejects.csv</c>.</param>
/// <param name="EmbeddingWidth">Values of what the encoder made of a text or a picture; null for no encoder.</param>
internal sealed record ImportSummary(long Rows, int Shards, int Width, int? Classes, double? DistinctFeatures = null, int? Labels = null, string? Image = null, long? Rejected = null, int? EmbeddingWidth = null)
{
    /// <summary>What a reader should know; null for nothing.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? Notes { get; init; }

    /// <summary>Of token ids; null where there are none.</summary>
    public TokenSummary? Tokens { get; init; }

    /// <summary>Of pictures and texts: the values of the column <c>split</c>.</summary>
    public IReadOnlyList<string>? Splits { get; init; }

    /// <summary>Of pictures: files that are no pictures by name and content.</summary>
    public int? OtherFiles { get; init; }

    /// <summary>[issue]: pictures that <c>issues.csv</c> lists with it.</summary>
    public IReadOnlyDictionary<string, int>? Issues { get; init; }

    /// <summary>How many folders deep the pictures lie, where these are several, so that folders are no labels.</summary>
    public string? MixedDepths { get; init; }
}

/// <summary>The token ids that an import made.</summary>
/// <param name="Vocabulary">What made them.</param>
/// <param name="Count">Ids there are.</param>
/// <param name="Width">Ids of a row.</param>
/// <param name="Cut">Texts that have more.</param>
/// <param name="Unknown">The share of the texts' tokens that the vocabulary lacks.</param>
/// <param name="Sha256">Of all that decides the ids of a text.</param>
internal sealed record TokenSummary(string Vocabulary, int Count, int Width, long Cut, double Unknown, string Sha256);
