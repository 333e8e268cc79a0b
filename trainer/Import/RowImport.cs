using System.Text;
using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Encoders;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Grams;
using ParquetPool.Shards;
using ParquetPool.Texts;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Import;

/// <summary>Makes shards of the rows of a source, with what an encoder and a vocabulary make of their texts. All that is opened belongs to the caller.</summary>
/// <param name="ids">Of rows that have none of their own.</param>
internal sealed class RowImport(ImportOptions options, IRowSource source, RowIds ids, TextEncoder? encoder, TextTokens? tokens)
{
    // About 4 MB of features at once, whatever their width.
    private const int BatchValues = 1 << 20;
    private const int MostBytesPerChar = 3;
    private const string EmbeddingColumn = "embedding";
    private const string Features = "features";

    private readonly string name = options.Shards.Split ?? source.Name;
    private readonly NamedClasses? names = options.ClassNames is { } file ? NamedClasses.Read(file) : null;
    private readonly string? picture = RowPicture.Of(options.Image, source);
    private readonly SourceRows buffer = new(RowsAtOnce(source), source.Width);
    private readonly HashSet<string> classes = new(StringComparer.Ordinal);
    private readonly float[] embeddings = new float[encoder is null ? 0 : RowsAtOnce(source) * encoder.Width];
    private readonly float[] tokenIds = new float[tokens is null ? 0 : RowsAtOnce(source) * tokens.Width];
    private long written;

    /// <summary>Imports; the shards appear together at the end, or not at all.</summary>
    public ImportSummary Execute(IProgress<long>? rows, CancellationToken ct)
    {
        var (columns, provenance) = (Columns(), Facts().In(new Provenance("trainer import")));
        using var shards = new SeriesOfSplits(split => new(options.Shards.Out, split, columns, options.Shards.Rows, provenance, options.Shards.Force));
        foreach (var split in source.Splits is { Count: > 0 } told ? told : [name])
        {
            shards.Require(split); // What is there already is told before anything is made.
        }
        using var rejected = new RejectedRows(options.Shards.Out, name, options.Shards.Force);
        UsageException.ThrowUnless(options.LabelFile.Path is null || source.HasLabels, "--labels-out wants labels and the source has none: name them with --idx-labels or --label-column");
        var labels = options.LabelFile.NewSample();
        while (source.Read(buffer) is var count && count + buffer.Rejected.Count > 0)
        {
            ct.ThrowIfCancellationRequested();
            rejected.Add(buffer.Rejected);
            buffer.Rejected.Clear();
            Complete(count);
            Write(shards, count);
            classes.UnionWith(buffer.Labels.Take(count).Select(LabelText.Read).OfType<string>());
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
                : $"{source.Name}: none of {rejected.Count} rows can be used; the first: {first.File}: row {first.Row}: {first.Reason}: mend the rows, or name another column with {(source.Grams is not null ? "--text-column" : "--vectors")}");
        }

        ids.RequireEnd();
        if (source.HasIds || options.Ids is not null)
        {
            shards.RequireUniqueIds(source.Place);
        }
        rejected.Publish();
        labels?.Write();
        shards.Publish(); // The shards are what tells that an import is whole.
        return Summary(shards.Count, labels?.Count, rejected.Count);
    }

    private static int RowsAtOnce(IRowSource source) => Math.Clamp(BatchValues / source.Width, 1, ImportRun.LargestBatch);

    /// <summary>What the shards remember of the rows.</summary>
    private PoolFacts Facts()
    {
        var facts = new PoolFacts(picture is null ? PoolFacts.None.Pictures : new Dictionary<string, string> { [Features] = picture }, names?.Names ?? []);
        facts = source.Grams is { } grams ? HashedText.Column(grams, source.Width).In(facts, Features) : facts;
        facts = encoder is null ? facts : new EncodedColumn(encoder.Name, encoder.Sha256).In(facts, EmbeddingColumn);
        return tokens?.Column.In(facts, TokenColumn.UsualName) ?? facts;
    }

    /// <summary>Gives the rows that were read what they lack: ids, names of classes, what is made of their texts.</summary>
    private void Complete(int count)
    {
        if (!source.HasIds)
        {
            ids.Fill(buffer, count);
        }

        RequireShortIds(count);
        names?.Name(buffer.Labels.AsSpan(0, source.HasLabels ? count : 0));
        encoder?.Encode(buffer.Texts[..count], embeddings);
        tokens?.Encode(buffer.Texts.AsSpan(0, count), tokenIds);
    }

    private ImportSummary Summary(int shards, int? labels, long rejected) =>
        new(written, shards, source.Width, source.HasLabels ? classes.Count : null, source.Grams is not null ? Math.Round((double)source.DistinctFeatures / written, 2) : null, labels, picture, options.Source.HasTexts || options.Source.Arrow is not null ? rejected : null, encoder?.Width)
        {
            Notes = source.Notes.Concat(names?.Notes ?? []).ToList() is { Count: > 0 } notes ? notes : null,
            Splits = source.Splits is { Count: > 0 } splits ? splits : null,
            Tokens = tokens is null ? null : new(tokens.Column.Tokenizer, tokens.Column.Tokens, tokens.Width, tokens.Cut, tokens.Seen.All == 0 ? 0 : Math.Round((double)tokens.Seen.Unknown / tokens.Seen.All, 4), tokens.Column.Sha256),
        };

    /// <exception cref="DataException">An id is longer than readers take.</exception>
    private void RequireShortIds(int count)
    {
        for (var row = 0; row < count; row++)
        {
            if (buffer.Ids[row].Length > RowIdText.Longest / MostBytesPerChar && Encoding.UTF8.GetByteCount(buffer.Ids[row]) > RowIdText.Longest)
            {
                var place = source.HasIds ? source.Place(written + row) : $"{options.Ids}: row {written + row + 1}";
                throw new DataException($"{place}: {RowIdText.TooLong}: give the row a shorter one, or leave the ids out and rows are numbered");
            }
        }
    }

    private void Write(SeriesOfSplits shards, int count)
    {
        for (var first = 0; first < count;)
        {
            var split = SplitOf(first);
            var into = shards.WithRoom(split);
            var part = Enumerable.Range(first, Math.Min(into.Room, count - first)).TakeWhile(row => SplitOf(row) == split).Count();
            var range = first..(first + part);
            List<Array> values = [buffer.Ids[range], buffer.Features[(first * source.Width)..((first + part) * source.Width)]];
            if (source.HasLabels)
            {
                values.Add(buffer.Labels[range]);
            }

            if (source.Grams is not null)
            {
                values.Add(buffer.Texts[range]);
            }

            foreach (var numbers in new[] { embeddings, tokenIds }.Where(numbers => numbers.Length > 0))
            {
                var perRow = numbers.Length / buffer.Capacity;
                values.Add(numbers[(first * perRow)..((first + part) * perRow)]);
            }

            values.Add(Enumerable.Repeat(split, part).ToArray());
            shards.Note(split, into.Rows, written + first);
            into.Write(part, values.ToArray());
            first += part;
        }
    }

    private string SplitOf(int row) => buffer.Splits[row] ?? name;

    private ShardColumn[] Columns() =>
    [
        new("id", ShardType.Text),
        new(Features, ShardType.FloatList, source.Width),
        .. source.HasLabels ? [new ShardColumn("label", ShardType.Text)] : Array.Empty<ShardColumn>(),
        .. source.Grams is not null ? [new ShardColumn("text", ShardType.Text)] : Array.Empty<ShardColumn>(),
        .. encoder is not null ? [new ShardColumn(EmbeddingColumn, ShardType.FloatList, encoder.Width)] : Array.Empty<ShardColumn>(),
        .. tokens is not null ? [new ShardColumn(TokenColumn.UsualName, ShardType.FloatList, tokens.Width)] : Array.Empty<ShardColumn>(),
        new("split", ShardType.Text),
    ];
}
