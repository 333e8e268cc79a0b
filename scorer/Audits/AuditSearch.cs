using ParquetPool.Commands;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Cells;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Pairs;

namespace ParquetPool.Scorer.Audits;

/// <summary>The search of an audit: splits in, pairs and what speaks for them out.</summary>
/// <remarks>
/// <see cref="MemoryPlan"/> says which vectors stay in memory. Beyond that: one block of <see cref="EmbeddingBlock.DefaultRows"/> rows
/// and one of products per thread, about 130 bytes for each row and 40 for each comparison it takes part in, 48 for each neighbour and
/// thread; an approximate audit adds what <see cref="CellIndex"/> says.
/// </remarks>
internal sealed class AuditSearch : IDisposable
{
    // Cells are cheap to compare with, but each part goes through all of them.
    private const int PartsAtOnce = 8;

    private readonly AuditOptions options;
    private readonly CommandContext context;
    private readonly AuditInputs inputs;
    private readonly IReadOnlyList<MemoryPlan> plan;
    private readonly IReadOnlyList<MemoryPlan> queries;
    private readonly PictureColumn? picture;
    private readonly SearchTimes times = new();
    private readonly Dictionary<AuditSplit, IReadOnlyList<EmbeddingBlock>> resident = [];
    private readonly AuditCells cells;
    private readonly OverlapCheck? overlaps;

    public AuditSearch(AuditOptions options, AuditInputs inputs, PictureColumn? picture, CommandContext context)
    {
        (this.options, this.inputs, this.picture, this.context) = (options, inputs, picture, context);
        Evidence = [.. inputs.Comparisons.Select(comparison => new PairEvidence(comparison, searched: !options.Pairs.AllPairs))];
        plan = MemoryPlan.Make([.. inputs.Splits.Select(split => split.Rows)], inputs.Embedder.Width, options.Search.VectorMegabytes, options.Search.PartRows * (options.Search.Approximate is null ? 1 : PartsAtOnce));
        // What an index keeps is read from there.
        plan = options.Search.Index is null ? plan : [plan[0] with { Stays = false }, .. plan.Skip(1)];
        queries = options.Vectors.BestView ? [.. plan.Select(_ => MemoryPlan.OfQueries(inputs.Queries, options.Search.VectorMegabytes, options.Search.PartRows))] : plan;
        cells = new AuditCells(options, inputs, plan, context.Stopping);
        overlaps = OverlapCheck.Of(options, inputs, context);
    }

    /// <summary>[comparison]</summary>
    public IReadOnlyList<PairEvidence> Evidence { get; }

    /// <summary>How many of the nearest rows the cells probed hold, one per comparison; null where every row was compared with every other.</summary>
    public IReadOnlyList<MeasuredRecall>? Recalls => options.Search.Approximate is null ? null : [.. inputs.Comparisons.Select((_, comparison) => cells.Recalls[comparison])];

    /// <inheritdoc cref="SearchTimes.Speed"/>
    public AuditSpeed Speed(double? plain) => times.Speed(options.Search.Threads, inputs.Embedder.Width, options.Search.Approximate is not null, plain) with { Overlaps = overlaps?.Speed };

    /// <summary>Compares the splits; goes on where a killed audit of the same rows and options was.</summary>
    /// <returns>What was found of altered copies, and by averaged pixels instead; null where none were sought.</returns>
    public async Task<(CopyTrial? Copies, PixelBaseline? Baseline)> RunAsync(SortedPairs pairs)
    {
        if (options.Search.Index is not null)
        {
            await OpenCellsAsync(inputs.Splits[0], advance => cells.Resume(inputs.Splits[0], advance));
        }
        if (overlaps is not null)
        {
            await ReadPicturesAsync(overlaps);
        }
        using var progress = Progress();
        foreach (var split in Enumerable.Range(0, inputs.Splits.Count))
        {
            await CompareAsync(split, pairs, progress);
        }
        (CopyTrial? Copies, PixelBaseline? Baseline) copies = !options.Pairs.AllPairs && (options.Pairs.Recall is not null || plan[0].Stays) ? await SeekCopiesAsync() : default;
        overlaps?.Complete(); // All that lies in the folder later on goes where the outputs go.
        EmbeddingBlock.Free(resident.Values.SelectMany(blocks => blocks));
        foreach (var pair in progress?.Earlier() ?? [])
        {
            pairs.Add(pair);
        }
        foreach (var pair in BlankCopies.Find(inputs.Comparisons, options.Pairs.AllPairs ? null : options.Pairs.Neighbours))
        {
            Evidence[pair.Comparison].Add(pair.Row, pair.OtherRow, pair.Similarity);
            pairs.Add(pair);
        }
        return copies;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cells.Dispose();
        overlaps?.Dispose();
    }

    private async Task ReadPicturesAsync(OverlapCheck of)
    {
        foreach (var split in inputs.Splits)
        {
            await TimedAsync($"reading the pictures of {split.Name}", split.Rows, advance => of.Load(split, advance), took => times.Reading += took);
        }
        var largest = inputs.Splits.MaxBy(split => split.Rows)!;
        var how = plan[inputs.Place(largest)];
        var blocks = how.Stays ? resident[largest] = await LoadAsync(largest) : null;
        var weighing = new OverlapWeighing(options, inputs, largest, how, context.Stopping);
        await TimedAsync("weighing overlaps against cosines", largest.Rows, advance => weighing.Run(of, blocks, advance), _ => { });
    }

    /// <summary>The record of finished parts; null where all is one part, so that there is nothing to go on with.</summary>
    private AuditProgress? Progress()
    {
        if (inputs.Splits.Zip(queries).Sum(of => inputs.Comparisons.Any(c => c.Split == of.First) ? of.Second.Parts(of.First.Rows) : 0) <= 1)
        {
            AuditProgress.Remove(options);
            return null;
        }
        var progress = AuditProgress.Open(options, inputs, queries, Evidence, cells.CentresOf(inputs.Splits[0]), context.Stopping);
        times.Resume(progress.Counts.Compared, progress.Counts.Recomputed);
        if (inputs.Splits.Index().Sum(split => progress.Done(split.Index)) is > 0 and var done)
        {
            context.Progress.Say(FormattableString.Invariant($"{done:N0} of {inputs.Splits.Sum(split => split.Rows):N0} rows are compared already"));
        }
        return progress;
    }

    /// <summary>Compares a split, part after part, with those that it is to be compared with.</summary>
    private async Task CompareAsync(int number, SortedPairs pairs, AuditProgress? progress)
    {
        var (split, how) = (inputs.Splits[number], queries[number]);
        int[] comparisons = [.. inputs.Comparisons.Index().Where(c => c.Item.Split == split).Select(c => c.Index)];
        foreach (var other in comparisons.Select(c => inputs.Comparisons[c].Other).Where(other => !resident.ContainsKey(other) && plan[inputs.Place(other)].Stays))
        {
            resident.Add(other, await LoadAsync(other));
        }
        if (comparisons.Length == 0)
        {
            return;
        }
        var search = new PartSearch(
            options, inputs, Evidence, overlaps,
            pair =>
            {
                pairs.Add(pair);
                progress?.Add(pair);
            },
            context.Stopping);
        using var reader = new SplitReader(split, inputs.Queries, how.BlockRows);
        var whole = (how.Stays ? resident.GetValueOrDefault(split) : null) ?? (how.Whole ? await LoadAsync(reader, split, int.MaxValue) : null);
        var next = progress?.Done(number) ?? 0;
        if (whole is null)
        {
            reader.SkipTo(next, context.Stopping);
        }
        foreach (var comparison in options.Search.Approximate is null ? [] : comparisons)
        {
            await OpenCellsAsync(search, comparison, whole);
        }
        while (next < split.Rows)
        {
            var part = whole is null ? await LoadAsync(reader, split, how.PartBlocks) : [.. whole.SkipWhile(block => block.RowAt(0) < next).Take(how.PartBlocks)];
            if (part.Count == 0)
            {
                break; // Only rejected rows are left.
            }
            next = whole is null ? reader.Position : whole.FirstOrDefault(block => block.RowAt(0) > part[^1].RowAt(0))?.RowAt(0) ?? split.Rows;
            var (pairsCompared, decided) = (0L, 0L);
            foreach (var comparison in comparisons)
            {
                var counts = await CompareAsync(search, comparison, part, whole);
                (pairsCompared, decided) = (pairsCompared + counts.Compared, decided + counts.Recomputed);
            }
            times.Add(pairsCompared, decided);
            if (next < split.Rows || number < inputs.Splits.Count - 1)
            {
                progress?.Finish(number, next, pairsCompared, decided);
            }
            EmbeddingBlock.Free(whole is null ? part : []);
        }
        if (whole is not null && !resident.ContainsKey(split))
        {
            cells.Drop(split);
            EmbeddingBlock.Free(whole);
        }
    }

    private async Task OpenCellsAsync(PartSearch search, int comparison, IReadOnlyList<EmbeddingBlock>? whole)
    {
        var (split, other) = inputs.Comparisons[comparison];
        if (cells.Of(other) is null)
        {
            await OpenCellsAsync(other, advance => cells.Build(other, BlocksOf(comparison, whole), advance));
        }
        await TimedAsync(
            $"choosing how many cells {split.Name} probes", other.Rows, advance => cells.Probe(comparison, search.Sought(comparison), whole, advance), took => times.Indexing += took);
    }

    private async Task OpenCellsAsync(AuditSplit split, Action<Action<long>> open) =>
        await TimedAsync(
            $"putting {split.Name} into cells", split.Rows,
            advance =>
            {
                open(advance);
                return split;
            },
            took => times.Indexing += took);

    private async Task<(long Compared, long Recomputed)> CompareAsync(
        PartSearch search, int comparison, IReadOnlyList<EmbeddingBlock> part, IReadOnlyList<EmbeddingBlock>? whole)
    {
        var (split, other) = inputs.Comparisons[comparison];
        var corpus = BlocksOf(comparison, whole);
        using var streamed = corpus is null && options.Search.Approximate is null ? new SplitReader(other, inputs.Embedder, plan[inputs.Place(other)].BlockRows) : null;
        var before = overlaps?.Took ?? TimeSpan.Zero;
        return await TimedAsync(
            $"comparing {split.Name} with {other.Name}", other.Rows + (overlaps is null ? 0 : part.Sum(block => block.Count)),
            advance => options.Search.Approximate is not null ? search.Approximate(comparison, part, cells.Of(other)!, cells.Recalls[comparison].Probes, advance)
                : streamed is null ? search.Resident(comparison, part, corpus!, advance) : search.Streamed(comparison, part, streamed, advance),
            took => times.Searching += took - ((overlaps?.Took ?? before) - before));
    }

    /// <summary>The rows that a comparison's neighbours are among; null where they are streamed.</summary>
    private IReadOnlyList<EmbeddingBlock>? BlocksOf(int comparison, IReadOnlyList<EmbeddingBlock>? whole) =>
        (inputs.Comparisons[comparison].Inside ? whole : null) ?? resident.GetValueOrDefault(inputs.Comparisons[comparison].Other);

    /// <summary>What is found of altered copies, and, where pictures alone are compared, by averaged pixels instead.</summary>
    private async Task<(CopyTrial Copies, PixelBaseline? Baseline)> SeekCopiesAsync()
    {
        var search = new CopySearch(options, inputs, plan[0], picture, overlaps, context.Stopping);
        Task<CopyTrial> SeekAsync(Func<Action<long>, CopyTrial> seek) => TimedAsync("seeking altered copies", inputs.Splits[0].Rows, seek, _ => { });
        var copies = await SeekAsync(advance => search.Seek(resident.GetValueOrDefault(inputs.Splits[0]), cells, advance));
        return (copies, search.HasBaseline ? new PixelBaseline(copies.Copies, copies.Found, (await SeekAsync(search.SeekByPixels)).Found) : null);
    }

    private async Task<IReadOnlyList<EmbeddingBlock>> LoadAsync(AuditSplit split)
    {
        using var reader = new SplitReader(split, inputs.Embedder, plan[inputs.Place(split)].BlockRows);
        return await LoadAsync(reader, split, int.MaxValue);
    }

    private Task<IReadOnlyList<EmbeddingBlock>> LoadAsync(SplitReader reader, AuditSplit split, int most) =>
        TimedAsync(
            $"reading {split.Name}", Math.Min(split.Rows, (long)most * reader.BlockRows),
            advance => reader.Load(most, options.Search.Threads, advance, context.Stopping), took => times.Reading += took);

    private Task<T> TimedAsync<T>(string what, long rows, Func<Action<long>, T> work, Action<TimeSpan> took) =>
        context.Progress.RunAsync(what, rows, "rows", advance => Task.Run(() =>
        {
            var start = context.Clock.GetTimestamp();
            var result = work(advance);
            took(context.Clock.GetElapsedTime(start));
            return result;
        }));
}
