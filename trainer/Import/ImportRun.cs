using ParquetPool.Collections;
using ParquetPool.Columns;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Trainer.Import;

/// <summary>Makes shards of a source: columns <c>id</c>, <c>features</c>, <c>label</c> where the source has labels, <c>text</c> where the features are made of one, <c>embedding</c> where an encoder makes one of the text, and <c>split</c>.</summary>
internal static class ImportRun
{
    // About 4 MB of features at once, whatever their width.
    private const int BatchValues = 1 << 20;
    private const int LargestBatch = 2048;
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
        if (options.Pictures.Paths.Count > 0)
        {
            Check(options);
            using var pictures = new PictureImport(options);
            return pictures.Execute(rows, ct);
        }

        using var source = Open(options);
        var name = options.Split ?? source.Name;
        using var ids = options.Ids is { } file ? RowIds.FromFile(file) : RowIds.Counted(options.IdPrefix ?? $"{name}-");
        using var encoder = options.Encoder is { } encoding ? TextEncoder.Open(encoding) : null;
        var names = options.ClassNames is { } classFile ? NamedClasses.Read(classFile) : null;
        var picture = RowPicture.Of(options.Image, source);
        var facts = new PoolFacts(picture is null ? PoolFacts.None.Pictures : new Dictionary<string, string> { [Features] = picture }, names?.Names ?? []);
        facts = encoder is null ? facts : new EncodedColumn(encoder.Name, encoder.Sha256).In(facts, EmbeddingColumn);
        var provenance = facts.In(new Provenance("trainer import"));
        using var shards = new StagedShards(options.Out, name, Columns(source, encoder), options.ShardRows, provenance, options.Force);
        using var rejected = new RejectedRows(options.Out, name, options.Force);
        var buffer = new SourceRows(Math.Clamp(BatchValues / source.Width, 1, LargestBatch), source.Width);
        var embeddings = new float[encoder is null ? 0 : buffer.Capacity * encoder.Width];
        var classes = new HashSet<string>(StringComparer.Ordinal);
        Require(options.LabelsOut is null || source.HasLabels, "--labels-out wants labels and the source has none: name them with --idx-labels or --label-column");
        var labels = options.LabelsOut is { } labelFile ? new LabelSample(labelFile, (options.First ?? options.Sample)!.Value, isDrawn: options.Sample is not null, options.Seed) : null;
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

            names?.Name(buffer.Labels.AsSpan(0, source.HasLabels ? count : 0));
            encoder?.Encode(buffer.Texts[..count], embeddings);
            Write(shards, buffer, count, name, source, encoder is null ? null : embeddings);
            classes.UnionWith(buffer.Labels.Take(count).OfType<string>());
            for (var row = 0; labels is not null && row < count; row++)
            {
                labels.Add(buffer.Ids[row], buffer.Labels[row]);
            }
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
        return new(written, shards.Count, source.Width, source.HasLabels ? classes.Count : null, source.HasTexts ? Math.Round((double)source.DistinctFeatures / written, 2) : null, labels?.Count, picture, options.Texts.Count > 0 || options.Arrow is not null ? rejected.Count : null, encoder?.Width);
    }

    /// <summary>Rows that the import will have, where a header tells; 0 where only reading does.</summary>
    public static long KnownRows(ImportOptions options)
    {
        if (options.Pictures.Paths.Count > 0)
        {
            return 0;
        }
        using var source = Open(options);
        return source.Rows ?? 0;
    }

    private static void Write(StagedShards shards, SourceRows rows, int count, string name, IRowSource source, float[]? embeddings)
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

            if (embeddings is not null)
            {
                var numbers = embeddings.Length / rows.Capacity;
                values.Add(embeddings[(first * numbers)..((first + part) * numbers)]);
            }

            values.Add(rows.Splits[range].Select(split => split ?? name).ToArray());
            shards.Write(part, values.ToArray());
            first += part;
        }
    }

    private static ShardColumn[] Columns(IRowSource source, TextEncoder? encoder) =>
    [
        new("id", ShardType.Text),
        new(Features, ShardType.FloatList, source.Width),
        .. source.HasLabels ? [new ShardColumn("label", ShardType.Text)] : Array.Empty<ShardColumn>(),
        .. source.HasTexts ? [new ShardColumn("text", ShardType.Text)] : Array.Empty<ShardColumn>(),
        .. encoder is not null ? [new ShardColumn(EmbeddingColumn, ShardType.FloatList, encoder.Width)] : Array.Empty<ShardColumn>(),
        new("split", ShardType.Text),
    ];

    private static IRowSource Open(ImportOptions options)
    {
        Check(options);
        return options switch
        {
            { Idx: { } images } => new IdxSource(images, options.IdxLabels),
            { Npy: { } array } => new NpySource(array),
            { Npz: { } arrays } => NpzFile.Open(arrays, options.Vectors),
            { Safetensors: { } tensors } => SafetensorsFile.Open(tensors, options.Vectors),
            { Arrow: { } arrow } => new ArrowSource(arrow, options.Vectors, options.LabelColumn),
            { Texts.Count: > 0 } => new TextsSource(options),
            _ => new CsvSource(options),
        };
    }

    private static void Check(ImportOptions options)
    {
        var (isCsv, isText, arePictures) = (options.Csv.Count > 0, options.Texts.Count > 0, options.Pictures.Paths.Count > 0);
        bool[] given = [options.Idx is not null, options.Npy is not null, options.Npz is not null, options.Safetensors is not null, options.Arrow is not null, isCsv, isText, arePictures];
        Require(given.Count(source => source) == 1, "expected exactly one of --idx, --csv, --texts, --npy, --npz, --safetensors, --arrow and --images");
        Require(arePictures || (options.Pictures.Issues.Count == 0 && options.Pictures == new PictureOptions(options.Pictures.Paths) { Issues = options.Pictures.Issues }), "--image-column, --image-size, --colour, --fit and --issue go with --images: leave them out");
        Require(options.Encoder is null || isText || arePictures || options.TextColumn is not null, "--encoder goes with --images, --texts, or --csv and --text-column: name the pictures or the texts");
        Require(options.Vectors is null || (options.Npz ?? options.Safetensors ?? options.Arrow) is not null, "--vectors goes with --npz, --safetensors and --arrow: leave it out");
        Require(options.IdxLabels is null || options.Idx is not null, "--idx-labels goes with --idx: name the images too");
        Require(options.LabelColumn is null || isCsv || isText || arePictures || options.Arrow is not null, "--label-column goes with --csv, --texts, --arrow and --images: leave it out");
        Require(options.TextColumn is null || isCsv || isText, "--text-column goes with --csv and --texts: leave it out");
        Require(options.SkipColumns.Count == 0 || isCsv, "--skip-column goes with --csv: leave it out");
        Require(options.Ids is null || !(isCsv || isText || options.Arrow is not null), "--ids goes with --npy and --idx, --npz and --safetensors: give the file a column id instead");
        Require(!arePictures || (options.Ids ?? options.IdPrefix ?? options.ClassNames ?? options.Image) is null, "--ids, --id-prefix, --class-names and --image go with other sources: pictures have their paths, labels and --image-size");
        Require((options.First ?? options.Sample) is null || options.LabelsOut is not null, "--first and --sample go with --labels-out: say where the labels go");
        Require(options.LabelsOut is null || (options.First ?? options.Sample) is not null, "--labels-out is given alone, expected --first N or --sample N with it: the shards themselves have all labels");
        Require(options.First is null || options.Sample is null, "--first and --sample were both given: the first rows, or rows drawn evenly?");
        ImportOptions.Ranges.Require(options);
        Require(!options.Texts.Concat(options.Csv).Concat(options.Pictures.Paths).Append(options.Idx).Append(options.Npy).Append(options.Npz).Append(options.Safetensors).Append(options.Arrow).Contains(""), "the source is '', a path without a name: name a file or a folder");
        Require(options.Split is not ['.' or '_', ..], $"--split '{options.Split}' starts file names, and what begins with '.' or '_' is no shard of a pool: begin it with a letter or a digit");
        Require(options.Split is not "" && options.Split?.IndexOfAny(Path.GetInvalidFileNameChars()) is null or < 0, $"--split '{options.Split}' starts file names: use letters, digits, '-' and '_'");
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new UsageException(otherwise);
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
    /// <summary>Of pictures: the values of the column <c>split</c>.</summary>
    public IReadOnlyList<string>? Splits { get; init; }

    /// <summary>Of pictures: files that are no pictures by name and content.</summary>
    public int? OtherFiles { get; init; }

    /// <summary>[issue]: pictures that <c>issues.csv</c> lists with it.</summary>
    public IReadOnlyDictionary<string, int>? Issues { get; init; }

    /// <summary>How many folders deep the pictures lie, where these are several, so that folders are no labels.</summary>
    public string? MixedDepths { get; init; }
}
