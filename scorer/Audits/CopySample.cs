using ParquetPool.Pictures;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Overlaps;
using ParquetPool.Scorer.Pairs;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Audits;

/// <summary>Rows of a split, drawn by seed, and an altered copy of each.</summary>
/// <remarks>Which rows are drawn and how they are altered depends on the seed and the rows' bytes alone.</remarks>
internal sealed class CopySample
{
    /// <summary>The most rows drawn.</summary>
    public const int MostRows = 1000;

    /// <summary>The most whose pictures are laid over others: each costs as much as a row of the audit.</summary>
    public const int MostPictures = 250;

    private readonly AuditSplit split;
    private readonly Embedder embedder;
    private readonly ulong seed;
    private readonly int[] drawn;
    private readonly float[][][] vectors;

    /// <summary>Reads the rows.</summary>
    /// <param name="split">Entered before.</param>
    /// <param name="most">Rows drawn at most.</param>
    public CopySample(AuditSplit split, Embedder embedder, ulong seed, int most, CancellationToken stopping)
    {
        (this.split, this.embedder, this.seed) = (split, embedder, seed);
        drawn = [.. Enumerable.Range(0, split.Rows).Where(row => !split.IsRejected(row)).OrderBy(row => Draw(row)).ThenBy(split.IdOf, StringComparer.Ordinal).Take(most).Order()];
        vectors = Read(stopping);
    }

    /// <summary>An altered copy of each row, embedded; a copy's number is its original's.</summary>
    /// <param name="picture">Where a compared column holds pictures, they are altered as pictures.</param>
    public IReadOnlyList<EmbeddingBlock> Copies(PictureColumn? picture)
    {
        var alterations = embedder.Columns.Select((column, c) => Alteration(vectors.Select(row => row[c]), column.Name == picture?.Name ? PictureFormat.Parse(picture.Format) : null)).ToArray();
        using var run = embedder.NewRun();
        var batch = new RowBatch(split.Schema, Math.Max(1, Embedder.BatchRows / embedder.Vectors));
        var blocks = new List<EmbeddingBlock>();
        for (var first = 0; first < drawn.Length; first += batch.Capacity)
        {
            batch.Count = Math.Min(batch.Capacity, drawn.Length - first);
            for (var i = 0; i < batch.Count; i++)
            {
                for (var c = 0; c < alterations.Length; c++)
                {
                    var width = embedder.Columns[c].Width;
                    var words = new uint[alterations[c].Words];
                    alterations[c].Alter(vectors[first + i][c], Draws(drawn[first + i], c, words), batch.Vectors[c].AsSpan(i * width, width));
                }
            }
            run.Embed(batch);
            var block = new EmbeddingBlock(batch.Capacity * embedder.Vectors, embedder.Width);
            for (var i = 0; i < batch.Count * embedder.Vectors; i++)
            {
                // A copy that alteration made a zero vector is no query.
                var copy = first + (i / embedder.Vectors);
                block.TryAdd(run.VectorsOf(batch).Slice(i * embedder.Width, embedder.Width), drawn[copy], "", (UInt128)(copy + 1));
            }
            blocks.Add(block);
        }
        return blocks;
    }

    /// <summary>The small pictures of the copies, altered as their numbers are.</summary>
    /// <param name="picture">The compared column that holds pictures.</param>
    public void CopyPictures(PictureColumn picture, GreyFile from, GreyFile copies)
    {
        var column = embedder.Columns.Index().First(of => of.Item.Name == picture.Name).Index;
        foreach (var row in drawn)
        {
            if (from.LevelsOf(row) is not var (width, height, levels))
            {
                continue;
            }
            var alteration = new PictureAlterations(new PictureFormat(1, height, width, ChannelsLast: false), byte.MinValue, byte.MaxValue);
            var copy = new float[levels.Length];
            alteration.Alter(Array.ConvertAll(levels, level => (float)level), Draws(row, column, new uint[alteration.Words]), copy);
            copies.Add(row, width, height, Array.ConvertAll(copy, level => (byte)MathF.Round(level)));
        }
    }

    /// <summary>What the search for the copies found.</summary>
    /// <param name="nearest">The nearest row of each copy.</param>
    public CopyTrial Trial(IEnumerable<(int Row, Neighbour? Nearest)> nearest) =>
        new(drawn.Length, [.. nearest.Where(copy => copy.Nearest is { } of && of.Fingerprint == split.FingerprintOf(copy.Row)).Select(copy => copy.Nearest!.Value.Similarity).OrderDescending()]);

    private CopyDraws Draws(int row, int column, uint[] words) => new(seed, Purpose.SoughtCopies, (int)(uint)split.FingerprintOf(row), epoch: 0, copy: column, words);

    private uint Draw(int row)
    {
        Span<uint> word = stackalloc uint[1];
        var bytes = split.FingerprintOf(row);
        Philox.Fill(seed, Purpose.CopiedRows, (uint)bytes ^ (uint)(bytes >> 96), (uint)(bytes >> 32), (uint)(bytes >> 64), word);
        return word[0];
    }

    /// <summary>[row][column][element]</summary>
    private float[][][] Read(CancellationToken stopping)
    {
        var read = new List<float[][]>();
        var batch = new RowBatch(split.Schema, Embedder.BatchRows);
        var places = drawn.Select(split.PlaceOf).ToLookup(place => place.Shard, place => place.Row);
        foreach (var shard in split.Shards.Where(places.Contains))
        {
            var rows = places[shard].ToHashSet();
            using var reader = new ShardReader(shard, split.Schema);
            while (reader.Read(batch, stopping))
            {
                for (var i = 0; i < batch.Count; i++)
                {
                    if (rows.Contains(batch.FirstRow + i))
                    {
                        read.Add([.. embedder.Columns.Select((column, c) => batch.Vectors[c][(i * column.Width)..((i + 1) * column.Width)])]);
                    }
                }
            }
        }
        return [.. read];
    }

    private static IAugmentation Alteration(IEnumerable<float[]> rows, PictureFormat? picture)
    {
        var columns = rows.ToArray();
        if (columns.Length == 0)
        {
            return new VectorAugmentation([], []); // There is nothing to alter.
        }
        if (picture is not null)
        {
            return new PictureAlterations(picture, columns.Min(row => row.Min()), columns.Max(row => row.Max()));
        }
        var (means, deviations) = (new float[columns[0].Length], new float[columns[0].Length]);
        for (var i = 0; i < means.Length; i++)
        {
            var mean = columns.Average(row => (double)row[i]);
            (means[i], deviations[i]) = ((float)mean, (float)Math.Sqrt(columns.Average(row => Math.Pow(row[i] - mean, 2))));
        }
        return new VectorAugmentation(means, deviations);
    }
}
