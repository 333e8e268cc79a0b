using System.IO.Hashing;
using System.Runtime.InteropServices;
using ParquetPool.Columns;
using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Trainer.Collections;

namespace ParquetPool.Trainer.Import;

/// <summary>Makes shards of pictures: columns <c>id</c>, <c>features</c>, <c>embedding</c> where there is an encoder, <c>image</c> (a thumbnail and where it comes from), <c>label</c> and <c>split</c>; a series of shards a split.</summary>
/// <remarks>Pictures are decoded on all cores, a batch at a time, and written in the order of the collection: the bytes do not depend on the threads, and memory is that of a batch and some hundred bytes a picture.</remarks>
internal sealed class PictureImport : IDisposable
{
    private const string Features = "features";
    private const string Embedding = "embedding";
    private const int BatchPictures = 256;
    private const int LeastPictures = 16;
    private const long BatchBytes = 1 << 26;

    private readonly ImportOptions options;
    private readonly PictureCollection collection;
    private readonly Provenance provenance;
    private readonly PictureIssues issues;
    private readonly List<UnusedFile> rejects;
    private readonly SortedDictionary<string, StagedShards> shards = new(StringComparer.Ordinal);
    private readonly HashSet<UInt128> ids = [];
    private readonly HashSet<string> classes = new(StringComparer.Ordinal);
    private readonly LabelSample? labels;
    private readonly PictureEncoder? encoder;
    private long written;

    /// <exception cref="DataException">There are no pictures, or a table or an archive cannot be read.</exception>
    public PictureImport(ImportOptions options)
    {
        this.options = options;
        issues = new(options.Pictures.Issues);
        PictureReport.RequireOurs(options.Out);
        collection = new(options.Pictures.Paths, options.Pictures.Column, options.LabelColumn);
        rejects = [.. collection.Unused];
        encoder = options.Encoder is { } encoding ? PictureEncoder.Open(encoding) : null;
        var facts = new PoolFacts(new Dictionary<string, string> { [Features] = options.Pictures.Shape }, collection.Classes);
        provenance = (encoder is null ? facts : new EncodedColumn(encoder.Name, encoder.Sha256).In(facts, Embedding)).In(new Provenance("trainer import"));
        labels = options.LabelsOut is { } file ? new LabelSample(file, (options.First ?? options.Sample)!.Value, isDrawn: options.Sample is not null, options.Seed) : null;
    }

    /// <summary>Imports; the shards appear together at the end, or not at all.</summary>
    /// <exception cref="DataException">No picture can be used.</exception>
    public ImportSummary Execute(IProgress<long>? progress, CancellationToken ct)
    {
        List<(FoundPicture Picture, string? Split)> batch = [];
        var (bytes, pictures) = (0L, (int)Math.Clamp(BatchBytes / (sizeof(float) * options.Pictures.Width), LeastPictures, BatchPictures));
        foreach (var found in collection.Read())
        {
            batch.Add(found);
            bytes += found.Picture.Bytes;
            if (batch.Count == pictures || bytes >= BatchBytes)
            {
                Write(batch, progress, ct);
                bytes = 0;
            }
        }
        Write(batch, progress, ct);
        if (written == 0)
        {
            throw new DataException($"{string.Join(", ", options.Pictures.Paths)}: none of {rejects.Count} pictures can be used; the first: {rejects[0].Path}: {rejects[0].Reason}");
        }
        var report = new PictureReport(rejects, issues.All());
        report.Write(options.Out);
        labels?.Write();
        StagedShards.Publish(shards.Values);
        return new ImportSummary(written, shards.Values.Sum(split => split.Count), options.Pictures.Width, classes.Count > 0 ? classes.Count : null, null, labels?.Count, options.Pictures.Shape, EmbeddingWidth: encoder?.Width)
        {
            Splits = [.. shards.Keys],
            Rejected = rejects.Count,
            OtherFiles = collection.Others,
            Issues = report.Counts,
            MixedDepths = collection.MixedDepths.Count > 0 ? string.Join(", ", collection.MixedDepths) : null,
        };
    }

    public void Dispose()
    {
        encoder?.Dispose();
        foreach (var split in shards.Values)
        {
            split.Dispose();
        }
    }

    private void Write(List<(FoundPicture Picture, string? Split)> batch, IProgress<long>? progress, CancellationToken ct)
    {
        var rows = new PreparedPicture[batch.Count];
        try
        {
            Parallel.For(0, rows.Length, new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Environment.ProcessorCount }, i => rows[i] = PreparedPicture.Of(batch[i].Picture, batch[i].Split, options.Pictures, encoder));
        }
        catch (AggregateException several)
        {
            throw several.InnerExceptions[0];
        }
        foreach (var row in rows)
        {
            Write(row);
        }
        progress?.Report(rows.Length);
        batch.Clear();
    }

    private void Write(PreparedPicture row)
    {
        var (id, label) = (row.Source.Id, row.Source.Label);
        if (row.Fault is { } fault)
        {
            rejects.Add(fault);
            return;
        }
        if (!ids.Add(XxHash128.HashToUInt128(MemoryMarshal.AsBytes(id.AsSpan()))))
        {
            rejects.Add(new(row.Source.Path, PictureFault.SameId, $"another row has the id {id}: rename one"));
            return;
        }
        var split = options.Split ?? row.Split ?? collection.Name;
        if (!shards.TryGetValue(split, out var target))
        {
            target = shards[split] = new StagedShards(options.Out, split, Columns, options.ShardRows, provenance, options.Force);
        }
        target.MakeRoom();
        target.Write(1, [new[] { id }, row.Features, .. encoder is null ? [] : new Array[] { row.Embedding }, new[] { new ImageCell(row.Small, row.Source.Path) }, new[] { label }, new[] { split }]);
        issues.Add(id, row.Source.Path, row.Decoded!, row.Measures!, row.Hash);
        labels?.Add(id, label);
        if (label is not null)
        {
            classes.Add(label);
        }
        written++;
    }

    private ShardColumn[] Columns =>
    [
        new("id", ShardType.Text),
        new(Features, ShardType.FloatList, options.Pictures.Width),
        .. encoder is null ? [] : new[] { new ShardColumn(Embedding, ShardType.FloatList, encoder.Width) },
        new("image", ShardType.Image),
        new("label", ShardType.Text),
        new("split", ShardType.Text),
    ];
}
