using System.IO.Hashing;
using System.Runtime.InteropServices;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Embedders;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Audits;

/// <summary>What is compared of pictures where nothing else is asked for: an encoder's vectors and averaged pixels, or of picture files that no encoder has seen averaged pixels, edges and colours, each less what all rows have in common.</summary>
/// <remarks>What is common is told by the rows of all splits, of many by those of the least hashes: it does not depend on the order of the shards. Memory: the vectors of <see cref="MostRows"/> rows.</remarks>
internal static class PictureComparison
{
    /// <summary>Rows that tell what is common.</summary>
    public const int MostRows = 4096;

    private const double PixelWeight = 0.2;

    // Larger pictures are read for their pixels alone at a cost that these do not repay.
    private const int MostNumbers = 3 * 64 * 64;

    /// <summary>Null where the rows are no such pictures, or tell nothing.</summary>
    public static Embedder? Open(AuditOptions options, IReadOnlyList<ShardSet> sets, CancellationToken stopping)
    {
        var vectors = options.Vectors;
        // An index is kept for rows to come, which have other things in common.
        if (vectors is not { Columns.Count: 0, Model: null, Pixels: null, Views: null } || options.Search.Index is not null || options.Page.Image is not null
            || PictureColumn.Find(null, null, [], sets[0]) is not { } picture || sets[0].Vector(picture.Name) is not { Width: <= MostNumbers } pixels || sets.Any(set => !Has(set, pixels)))
        {
            return null;
        }
        var format = PictureFormat.Parse(picture.Format)!;
        var ofPixels = new PixelEmbedder(pixels, format);
        if (!EncodedColumn.IsOfPictures(sets[0]))
        {
            return !sets.SelectMany(set => set).All(PictureFiles.AreIn) ? null
                : format.Channels == 1 ? ofPixels
                : (Embedder?)Less([(ofPixels, 1), (new GradientEmbedder(pixels, format), 1), (new ColourEmbedder(pixels, format), 1)], sets, stopping) ?? ofPixels;
        }
        var encoded = sets[0].Vector(EncodedColumn.OfPictures);
        return sets.Any(set => !Has(set, encoded)) ? null : Less([(Embedder.OfColumn(encoded), 1 - PixelWeight), (ofPixels, PixelWeight)], sets, stopping);
    }

    /// <summary>Each part less what all rows have in common; null where they are too few, or all alike.</summary>
    private static JoinedEmbedder? Less((Embedder Embedder, double Weight)[] parts, IReadOnlyList<ShardSet> sets, CancellationToken stopping)
    {
        var rows = Sample([.. sets.SelectMany(set => set).DistinctBy(shard => shard.Path)], [.. parts.Select(part => part.Embedder)], stopping);
        List<Whitening?> common = [.. parts.Select((_, part) => Whitening.Of([.. rows.Select(row => row[part])]))];
        return common.Contains(null) ? null : new JoinedEmbedder([.. parts.Zip(common, (part, whitening) => ((Embedder)new WhitenedEmbedder(part.Embedder, whitening!), part.Weight))]);
    }

    private static bool Has(ShardSet set, VectorColumn column) => set.VectorColumns().Contains(column.Name) && set.Vector(column.Name).Equals(column);

    /// <summary>[row][part]: vectors of length 1, by the rows' hashes.</summary>
    private static List<float[][]> Sample(IReadOnlyList<Shard> shards, IReadOnlyList<Embedder> parts, CancellationToken stopping)
    {
        var kept = new PriorityQueue<(UInt128 Hash, float[][] Vectors), UInt128>(Comparer<UInt128>.Create((a, b) => b.CompareTo(a)));
        var schema = new RowSchema([.. parts.SelectMany(part => part.Columns).Distinct()]);
        var batch = new RowBatch(schema, Embedder.BatchRows);
        List<EmbedderRun> runs = [.. parts.Select(part => part.NewRun())];
        foreach (var shard in shards)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, stopping))
            {
                runs.ForEach(run => run.Embed(batch));
                for (var row = 0; row < batch.Count; row++)
                {
                    var vectors = parts.Select(part => new float[part.Width]).ToArray();
                    if (batch.Faults[row] == RowFaults.None && runs.Index().All(run => WhitenedEmbedder.TryNormalise(run.Item.VectorsOf(batch).Slice(row * parts[run.Index].Width, parts[run.Index].Width), vectors[run.Index])))
                    {
                        var hash = vectors.Aggregate(UInt128.Zero, (all, vector) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(vector.AsSpan()), (long)(ulong)all));
                        kept.Enqueue((hash, vectors), hash);
                        if (kept.Count > MostRows)
                        {
                            kept.Dequeue();
                        }
                    }
                }
            }
        }
        runs.ForEach(run => run.Dispose());
        return [.. kept.UnorderedItems.Select(of => of.Element).OrderBy(of => of.Hash).Select(of => of.Vectors)];
    }
}
