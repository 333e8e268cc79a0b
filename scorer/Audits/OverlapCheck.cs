using System.Collections.Concurrent;
using ParquetPool.Collections;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Overlaps;
using ParquetPool.Scorer.Pairs;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Audits;

/// <summary>Lays the pictures of each row's nearest rows over its own: those that fit count as more similar.</summary>
/// <remarks>Overlaps are brought to the scale of cosines before (<see cref="OverlapScale"/>). Memory: picture files of 64 MB and one more while they are read, then the pictures of a few rows a thread; those of all rows lie in files beside the outputs while the audit runs.</remarks>
internal sealed class OverlapCheck(AuditOptions options, CommandContext context) : IDisposable
{
    private const int RowsAtOnce = 256;
    private const int FilesAtOnce = 256;
    private const long BytesAtOnce = 64 << 20;
    private const int KnownPairs = 1 << 17;
    private const int ScaleRows = 1000;
    private const double Half = 0.5;

    private readonly Dictionary<AuditSplit, GreyFile> pictures = [];

    private readonly ConcurrentDictionary<(UInt128, UInt128), (PictureOverlap, double)> known = [];

    private long pairs;
    private long laid;
    private OverlapScale scale = OverlapScale.Same;
    private OverlapCache? cache = options.Search.Kept is var (folder, _) ? new(folder) : null;

    /// <summary>How long laying pictures over each other took.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>How many pairs of pictures were laid over each other, and how long that took.</summary>
    public OverlapSpeed Speed => new(Nearest, pairs, laid, Math.Round(Took.TotalSeconds, 3), Math.Round(scale.CosineOf(Half), 4));

    /// <summary>How many of the nearest rows are checked.</summary>
    public int Nearest { get; private init; }

    /// <summary>What the options ask for, or what suits the rows where they leave it open; null where nothing is to be checked.</summary>
    /// <exception cref="UsageException">Overlaps are asked for and there are no pictures.</exception>
    public static OverlapCheck? Of(AuditOptions options, AuditInputs inputs, CommandContext context)
    {
        var asked = options.Pairs.Overlap;
        var suits = !options.Pairs.AllPairs && !options.Vectors.BestView && options.Search is { Approximate: null };
        if (asked > 0 && !HavePictures(inputs))
        {
            throw new UsageException($"--overlap {asked} is given and not all shards have a column of picture files, expected a folder of pictures or shards that 'trainer import --images' made: leave it out");
        }
        var nearest = asked ?? (suits && HavePictures(inputs) ? PairOptions.DefaultOverlap : 0);
        return nearest == 0 ? null : new OverlapCheck(options, context) { Nearest = nearest };
    }

    /// <summary>Whether all splits have columns of picture files.</summary>
    private static bool HavePictures(AuditInputs inputs) => inputs.Splits.SelectMany(split => split.Shards).DistinctBy(shard => shard.Path).All(PictureFiles.AreIn);

    /// <summary>Reads the pictures of a split.</summary>
    /// <returns>How many there are.</returns>
    public long Load(AuditSplit split, Action<long> advance)
    {
        var (kept, read) = (pictures[split] = new GreyFile(options.Out), 0L);
        foreach (var (place, shard) in split.Shards.Index())
        {
            foreach (var files in Batches(PictureFiles.Read(shard)))
            {
                OnThreads(files.Count, i =>
                {
                    if (split.RowAt(place, files[i].Row) is { } row && kept.Add(row, files[i].File))
                    {
                        Interlocked.Increment(ref read);
                    }
                });
                advance(files.Count);
            }
        }
        return read;
    }

    /// <summary>The rows of a split that tell how rare overlaps are; none where they are too few.</summary>
    public IReadOnlySet<int> Drawn(AuditSplit split) => pictures[split].Drawn(split.Rows, ScaleRows) is var drawn && drawn.Count * (Nearest - 1) >= OverlapScale.LeastPairs ? drawn : new HashSet<int>();

    /// <summary>Brings overlaps to the scale of cosines, by rows and their nearest in the same split.</summary>
    public void Scale(AuditSplit split, IEnumerable<(int Row, TopNeighbours Nearest)> found)
    {
        var all = new List<IReadOnlyList<(double, double)>>();
        foreach (var rows in found.Chunk(RowsAtOnce))
        {
            var start = context.Clock.GetTimestamp();
            var overlaps = Lay(pictures[split], pictures[split], rows);
            all.AddRange(rows.Select(of => of.Nearest[0].ToArray().Where(neighbour => !neighbour.Exact)
                .SelectMany(neighbour => overlaps.Of(of.Row, neighbour.Row) is var (_, similarity) ? new[] { (neighbour.Similarity, similarity) } : []).ToList()));
            Took += context.Clock.GetElapsedTime(start);
        }
        scale = OverlapScale.Of(all);
    }

    /// <summary>The small pictures of a split's rows.</summary>
    public GreyFile PicturesOf(AuditSplit split) => pictures[split];

    /// <summary>The neighbours of rows, those whose pictures fit raised; in the order of the rows.</summary>
    public IEnumerable<(int Row, IReadOnlyList<CheckedNeighbour> Nearest)> Check(GreyFile own, GreyFile others, IEnumerable<(int Row, TopNeighbours Nearest)> found, Action<long> advance)
    {
        foreach (var rows in found.Chunk(RowsAtOnce))
        {
            var start = context.Clock.GetTimestamp();
            var raised = new IReadOnlyList<CheckedNeighbour>[rows.Length];
            var overlaps = Lay(own, others, rows);
            OnThreads(rows.Length, i => raised[i] = Raised(overlaps, rows[i].Row, rows[i].Nearest[0].ToArray()));
            pairs += raised.Sum(of => of.LongCount(neighbour => !neighbour.Neighbour.Exact));
            Took += context.Clock.GetElapsedTime(start);
            advance(rows.Length);
            foreach (var (row, nearest) in rows.Zip(raised, (of, nearest) => (of.Row, nearest)))
            {
                yield return (row, nearest);
            }
        }
    }

    /// <summary>Leaves the folder of the outputs, and no more in the cache than it takes.</summary>
    public void Complete()
    {
        Dispose();
        if (laid > 0 && options.Search.Kept is var (folder, limit))
        {
            CacheRoom.Make(folder, limit);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in pictures.Values)
        {
            file.Dispose();
        }
    }

    /// <summary>As many files as threads like, and no more bytes than memory does.</summary>
    private static IEnumerable<IReadOnlyList<(long Row, byte[] File)>> Batches(IEnumerable<(long Row, byte[] File)> files)
    {
        var (batch, bytes) = (new List<(long Row, byte[] File)>(), 0L);
        foreach (var file in files)
        {
            batch.Add(file);
            bytes += file.File.Length;
            if (batch.Count == FilesAtOnce || bytes >= BytesAtOnce)
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }
        }
        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private void OnThreads(int count, Action<int> work)
    {
        var next = -1;
        Workers.Run(
            Math.Min(options.Search.Threads, count),
            (_, stop) =>
            {
                for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                {
                    stop.ThrowIfCancellationRequested();
                    work(i);
                }
            },
            context.Stopping);
    }

    private LaidPictures Lay(GreyFile own, GreyFile others, (int Row, TopNeighbours Nearest)[] rows)
    {
        var asked = rows.Select(row => (row.Row, row.Nearest[0].ToArray().Where(neighbour => !neighbour.Exact).Select(neighbour => neighbour.Row))).ToList();
        if (known.Count > KnownPairs)
        {
            known.Clear();
        }
        var overlaps = new LaidPictures(own, others, known, cache, OnThreads);
        laid += overlaps.Lay(asked);
        try
        {
            overlaps.Keep();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            context.Log.OverlapsNotKept(refused.Message);
            cache = null;
        }
        return overlaps;
    }

    private CheckedNeighbour[] Raised(LaidPictures overlaps, int row, Neighbour[] nearest) =>
        [.. nearest.Select(neighbour => Raised(neighbour, neighbour.Exact ? null : overlaps.Of(row, neighbour.Row))).OrderBy(of => of.Neighbour, Comparer<Neighbour>.Create((a, b) => a.Precedes(b) ? -1 : b.Precedes(a) ? 1 : 0))];

    private CheckedNeighbour Raised(Neighbour neighbour, (PictureOverlap Overlap, double Similarity)? of)
    {
        if (of is not var (overlap, fit) || !overlap.Fits)
        {
            return new(neighbour, neighbour.Similarity, default);
        }
        var similarity = Math.Max(neighbour.Similarity, scale.CosineOf(fit));
        return new(neighbour with { Similarity = similarity }, neighbour.Similarity, fit >= OverlapSearch.Plain || similarity > neighbour.Similarity ? overlap : default);
    }
}

/// <summary>A neighbour and how its picture lies on the row's.</summary>
/// <param name="Neighbour">Its similarity is the cosine or, where it is more, what the pictures' overlap says.</param>
/// <param name="Cosine">Of the vectors.</param>
/// <param name="Overlap">Of the row's picture, the first, and the neighbour's, the second; nothing where they do not plainly fit.</param>
internal readonly record struct CheckedNeighbour(Neighbour Neighbour, double Cosine, PictureOverlap Overlap);
