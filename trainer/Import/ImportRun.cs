using System.Text;
using System.Text.Json.Serialization;
using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Encoders;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Texts;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Import;

/// <summary>Makes shards of a source: columns <c>id</c>, <c>features</c>, <c>label</c> where the source has labels, <c>text</c> where the features are made of one, <c>embedding</c> where an encoder makes one of the text, <c>tokens</c> where a vocabulary is given, and <c>split</c>.</summary>
internal static class ImportRun
{
    // About 4 MB of features at once, whatever their width.
    private const int BatchValues = 1 << 20;
    private const int LargestBatch = 2048;
    private const int MostBytesPerChar = 3;
    private const string EmbeddingColumn = "embedding";
    private const string Features = "features";

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
        var name = options.Shards.Split ?? source.Name;
        using var ids = options.Ids is { } file ? RowIds.FromFile(file) : RowIds.Counted(options.Shards.IdPrefix ?? $"{name}-");
        using var encoder = options.Encoder is { } encoding ? TextEncoder.Open(encoding) : null;
        var names = options.ClassNames is { } classFile ? NamedClasses.Read(classFile) : null;
        var picture = RowPicture.Of(options.Image, source);
        var facts = new PoolFacts(picture is null ? PoolFacts.None.Pictures : new Dictionary<string, string> { [Features] = picture }, names?.Names ?? []);
        facts = encoder is null ? facts : new EncodedColumn(encoder.Name, encoder.Sha256).In(facts, EmbeddingColumn);
        facts = tokens?.Column.In(facts, TokenColumn.UsualName) ?? facts;
        var provenance = facts.In(new Provenance("trainer import"));
        using var shards = new StagedShards(options.Shards.Out, name, Columns(source, encoder, tokens), options.Shards.Rows, provenance, options.Shards.Force);
        using var rejected = new RejectedRows(options.Shards.Out, name, options.Shards.Force);
        var buffer = new SourceRows(Math.Clamp(BatchValues / source.Width, 1, LargestBatch), source.Width);
        var embeddings = new float[encoder is null ? 0 : buffer.Capacity * encoder.Width];
        var tokenIds = new float[tokens is null ? 0 : buffer.Capacity * tokens.Width];
        var classes = new HashSet<string>(StringComparer.Ordinal);
        UsageException.ThrowUnless(options.LabelFile.Path is null || source.HasLabels, "--labels-out wants labels and the source has none: name them with --idx-labels or --label-column");
        var labels = options.LabelFile.NewSample();
        var splits = new SortedSet<string>(StringComparer.Ordinal);
        long written = 0;
        while (source.Read(buffer) is var count && count + buffer.Rejected.Count > 0)
        {
            ct.ThrowIfCancellationRequested();
            rejected.Add(buffer.Rejected);
            buffer.Rejected.Clear();
            if (!source.HasIds)
            {
                ids.Fill(buffer, count);
            }

            RequireShortIds(buffer, count, row => source.HasIds ? source.Place(written + row) : $"{options.Ids}: row {written + row + 1}");
            names?.Name(buffer.Labels.AsSpan(0, source.HasLabels ? count : 0));
            encoder?.Encode(buffer.Texts[..count], embeddings);
            tokens?.Encode(buffer.Texts.AsSpan(0, count), tokenIds);
            Write(shards, buffer, count, name, source, [.. encoder is null ? [] : new[] { embeddings }, .. tokens is null ? [] : new[] { tokenIds }]);
            classes.UnionWith(buffer.Labels.Take(count).Select(LabelText.Read).OfType<string>());
            for (var row = 0; labels is not null && row < count; row++)
            {
                labels.Add(buffer.Ids[row], buffer.Labels[row]);
            }
            splits.UnionWith(buffer.Splits.Take(count).OfType<string>());
            written += count;
            rows?.Report(count);
        }

        if (written == 0)
        {
            throw new DataException(rejected.First is not { } first ? $"{source.Name}: no rows: there is nothing to import"
                : $"{source.Name}: none of {rejected.Count} rows can be used; the first: {first.File}: row {first.Row}: {first.Reason}: mend the rows, or name another column with {(source.HasTexts ? "--text-column" : "--vectors")}");
        }

        ids.RequireEnd();
        if (source.HasIds || options.Ids is not null)
        {
            shards.RequireUniqueIds(source.Place);
        }
        rejected.Publish();
        labels?.Write();
        shards.Publish(); // The shards are what tells that an import is whole.
        return new(written, shards.Count, source.Width, source.HasLabels ? classes.Count : null, source.HasTexts ? Math.Round((double)source.DistinctFeatures / written, 2) : null, labels?.Count, picture, options.Source.HasTexts || options.Source.Arrow is not null ? rejected.Count : null, encoder?.Width)
        {
            Notes = source.Notes.Concat(names?.Notes ?? []).ToList() is { Count: > 0 } notes ? notes : null,
            Splits = splits.Count > 0 ? [.. splits] : null,
            Tokens = tokens is null ? null : new(tokens.Column.Tokenizer, tokens.Column.Tokens, tokens.Width, tokens.Cut, tokens.Seen.All == 0 ? 0 : Math.Round((double)tokens.Seen.Unknown / tokens.Seen.All, 4), tokens.Column.Sha256),
        };
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

    /// <exception cref="DataException">An id is longer than readers take.</exception>
    private static void RequireShortIds(SourceRows rows, int count, Func<int, string> place)
    {
        for (var row = 0; row < count; row++)
        {
            if (rows.Ids[row].Length > RowIdText.Longest / MostBytesPerChar && Encoding.UTF8.GetByteCount(rows.Ids[row]) > RowIdText.Longest)
            {
                throw new DataException($"{place(row)}: {RowIdText.TooLong}: give the row a shorter one, or leave the ids out and rows are numbered");
            }
        }
    }

    private static void Write(StagedShards shards, SourceRows rows, int count, string name, IRowSource source, IReadOnlyList<float[]> made)
    {
        var width = rows.Features.Length / rows.Capacity;
        for (var first = 0; first < count;)
        {
            shards.MakeRoom();
            var part = Math.Min(shards.Room, count - first);
            var range = first..(first + part);
            List<Array> values = [rows.Ids[range], rows.Features[(first * width)..((first + part) * width)]];
            if (source.HasLabels)
            {
                values.Add(rows.Labels[range]);
            }

            if (source.HasTexts)
            {
                values.Add(rows.Texts[range]);
            }

            foreach (var numbers in made)
            {
                var perRow = numbers.Length / rows.Capacity;
                values.Add(numbers[(first * perRow)..((first + part) * perRow)]);
            }

            values.Add(rows.Splits[range].Select(split => split ?? name).ToArray());
            shards.Write(part, values.ToArray());
            first += part;
        }
    }

    private static ShardColumn[] Columns(IRowSource source, TextEncoder? encoder, TextTokens? tokens) =>
    [
        new("id", ShardType.Text),
        new(Features, ShardType.FloatList, source.Width),
        .. source.HasLabels ? [new ShardColumn("label", ShardType.Text)] : Array.Empty<ShardColumn>(),
        .. source.HasTexts ? [new ShardColumn("text", ShardType.Text)] : Array.Empty<ShardColumn>(),
        .. encoder is not null ? [new ShardColumn(EmbeddingColumn, ShardType.FloatList, encoder.Width)] : Array.Empty<ShardColumn>(),
        .. tokens is not null ? [new ShardColumn(TokenColumn.UsualName, ShardType.FloatList, tokens.Width)] : Array.Empty<ShardColumn>(),
        new("split", ShardType.Text),
    ];
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
