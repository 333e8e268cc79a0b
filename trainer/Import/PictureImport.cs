using System.IO.Hashing;
using System.Runtime.InteropServices;
using ParquetPool.Collections;
using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Import;

/// <summary>Makes shards of pictures: columns <c>id</c>, <c>features</c>, <c>embedding</c> where there is an encoder, <c>image</c> (a thumbnail and where it comes from), <c>label</c> and <c>split</c>; a series of shards a split.</summary>
/// <remarks>Pictures are decoded on all cores, a batch at a time, and written in the order of the collection: the bytes do not depend on the threads, and memory is that of a batch and some hundred bytes a picture.</remarks>
internal sealed class PictureImport : IDisposable
{
    private readonly ImportOptions options;
    private readonly PictureCollection collection;
    private readonly Provenance provenance;
    private readonly PictureIssues issues;
    private readonly List<UnusedFile> rejects;
    private readonly SeriesOfSplits shards;
    private readonly HashSet<UInt128> ids = [];
    private readonly HashSet<string> classes = new(StringComparer.Ordinal);
    private readonly LabelSample? labels;
    private readonly PictureEncoder? encoder;
    private long written;

    /// <exception cref="DataException">There are no pictures, or a table or an archive cannot be read.</exception>
    public PictureImport(ImportOptions options)
    {
        this.options = options;
        issues = new(options.Source.Pictures.Issues);
        PictureReport.RequireOurs(options.Shards.Out);
        collection = new(options.Source.Pictures.Paths, options.Source.Pictures.Column, options.Source.LabelColumn);
        rejects = [.. collection.Unused];
        encoder = options.Encoder is { } encoding ? PictureEncoder.Open(encoding) : null;
        provenance = PreparedPicture.Facts(options.Source.Pictures, collection.Classes, encoder is null ? null : new EncodedColumn(encoder.Name, encoder.Sha256)).In(new Provenance("trainer import"));
        shards = new(split => new(options.Shards.Out, split, PreparedPicture.Columns(options.Source.Pictures, encoder?.Width ?? 0), options.Shards.Rows, provenance, options.Shards.Force));
        labels = options.LabelFile.NewSample();
    }

    /// <summary>Imports; the shards appear together at the end, or not at all.</summary>
    /// <exception cref="DataException">No picture can be used.</exception>
    public ImportSummary Execute(IProgress<long>? progress, CancellationToken ct)
    {
        foreach (var batch in PictureBatch.Of(collection.Read(), options.Source.Pictures.Width))
        {
            foreach (var row in batch.Map((picture, split) => PreparedPicture.Of(picture, split, options.Source.Pictures, encoder), ct))
            {
                Write(row);
            }
            progress?.Report(batch.Pictures.Count);
        }
        if (written == 0)
        {
            throw UnusedFile.AllOf(options.Source.Pictures.Paths, rejects);
        }
        var report = new PictureReport(rejects, issues.All());
        report.Write(options.Shards.Out);
        labels?.Write();
        shards.Publish();
        return new ImportSummary(written, shards.Count, options.Source.Pictures.Width, classes.Count > 0 ? classes.Count : null, null, labels?.Count, options.Source.Pictures.Shape, EmbeddingWidth: encoder?.Width)
        {
            Splits = [.. shards.Splits],
            Rejected = rejects.Count,
            OtherFiles = collection.Others,
            Issues = report.Counts,
            Notes = collection.LabelNote is { } note ? [note] : null,
            MixedDepths = collection.MixedDepths.Count > 0 ? string.Join(", ", collection.MixedDepths) : null,
        };
    }

    public void Dispose()
    {
        encoder?.Dispose();
        shards.Dispose();
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
        var split = options.Shards.Split ?? row.Split ?? collection.Name;
        shards.WithRoom(split).Write(1, row.Values(split));
        issues.Add(id, row.Source.Path, row.Decoded!, row.Measures!, row.Hash);
        labels?.Add(id, label);
        if (label is not null)
        {
            classes.Add(label);
        }
        written++;
    }
}
