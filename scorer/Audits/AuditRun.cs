using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Reports;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Audits;

/// <summary>The flow of an audit: shards, blocks, neighbours, pairs, files.</summary>
/// <remarks>
/// <see cref="MemoryPlan"/> says which vectors stay in memory. Beyond that: one block of <see cref="EmbeddingBlock.DefaultRows"/> rows
/// and one of products per thread, about 130 bytes for each row and 40 for each comparison it takes part in, 48 for each neighbour and
/// thread, and the pairs as <see cref="SortedPairs"/> says; an approximate audit adds what <see cref="CellIndex"/> says.
/// </remarks>
public sealed class AuditRun : IDisposable
{
    // Cells are cheap to compare with, but each part goes through all of them.
    private const int PartsAtOnce = 8;

    private readonly AuditOptions options;
    private readonly string place; // Where the outputs are in the end.
    private readonly CommandContext context;
    private readonly AuditInputs inputs;
    private readonly IReadOnlyList<PairEvidence> evidence;
    private readonly IReadOnlyList<MemoryPlan> plan;
    private readonly IReadOnlyList<MemoryPlan> queries;
    private readonly PictureColumn? picture;
    private readonly Dictionary<AuditSplit, IReadOnlyList<EmbeddingBlock>> resident = [];
    private readonly AuditCells cells;
    private TimeSpan reading;
    private TimeSpan indexing;
    private TimeSpan searching;
    private long compared;
    private long comparedBefore;
    private long recomputed;

    private AuditRun(AuditOptions options, string place, CommandContext context, AuditInputs inputs)
    {
        (this.options, this.place, this.context, this.inputs) = (options, place, context, inputs);
        evidence = [.. inputs.Comparisons.Select(comparison => new PairEvidence(comparison, searched: !options.AllPairs))];
        plan = MemoryPlan.Make([.. inputs.Splits.Select(split => split.Rows)], inputs.Embedder.Width, options.VectorMegabytes, options.PartRows * (options.Approximate is null ? 1 : PartsAtOnce));
        // What an index keeps is read from there.
        plan = options.Index is null ? plan : [plan[0] with { Stays = false }, .. plan.Skip(1)];
        queries = options.BestView ? [.. plan.Select(_ => MemoryPlan.OfQueries(inputs.Queries, options.VectorMegabytes, options.PartRows))] : plan;
        cells = new AuditCells(options, inputs, plan, context.Stopping);
        picture = PictureColumn.Find(options.Page.Image, inputs.Model, [.. inputs.Embedder.Columns.Select(c => c.Name)], inputs.Splits[^1].Shards);
    }

    /// <summary>Compares the splits and writes the files; goes on where a killed audit of the same rows and options was.</summary>
    /// <exception cref="UsageException">The options contradict each other.</exception>
    /// <exception cref="DataException">A shard or the model cannot be used.</exception>
    /// <exception cref="IOException">The outputs cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The command was stopped; no report is left.</exception>
    public static async Task<AuditSummary> ExecuteAsync(AuditOptions options, CommandContext context)
    {
        using var inputs = AuditInputs.Open(options, context.Stopping);
        using var output = new OutputFolder(options.Out, AuditReport.FileName);
        using var run = new AuditRun(options with { Out = output.Path }, StorageAddress.Full(options.Out), context, inputs);
        output.Open(AuditOutputs.Names, _ => JsonFile.Read<AuditReport>(Path.Combine(output.Path, AuditReport.FileName)) is not null, context.Stopping);
        AuditOutputs.Open(output.Path);
        var summary = await run.RunAsync();
        output.Complete(context.Stopping);
        return summary;
    }

    /// <inheritdoc/>
    public void Dispose() => cells.Dispose();

    private async Task<AuditSummary> RunAsync()
    {
        if (inputs.Embedder.Views > 1)
        {
            context.Progress.Say($"a vector is the mean over {inputs.Embedder.Views} views of a picture, each embedded");
        }
        if (options.BestView)
        {
            context.Progress.Say($"of {inputs.Queries.Vectors} views of a row's picture the most similar is compared, each embedded and sought");
        }
        var before = PlainRate();
        using var pairs = new SortedPairs(inputs.Comparisons, options.Out, options.PairsInMemory, options.BestView);
        if (options.Index is not null)
        {
            await OpenCellsAsync(inputs.Splits[0], advance => cells.Resume(inputs.Splits[0], advance));
        }
        using var progress = Progress();
        foreach (var split in Enumerable.Range(0, inputs.Splits.Count))
        {
            await CompareAsync(split, pairs, progress);
        }
        var (copies, baseline) = !options.AllPairs && (options.Recall is not null || plan[0].Stays) ? await SeekCopiesAsync() : default;
        foreach (var block in resident.Values.SelectMany(blocks => blocks))
        {
            block.Dispose();
        }
        foreach (var pair in progress?.Earlier() ?? [])
        {
            pairs.Add(pair);
        }
        foreach (var pair in BlankCopies.Find(inputs.Comparisons, options.AllPairs ? null : options.Neighbours))
        {
            evidence[pair.Comparison].Add(pair.Row, pair.OtherRow, pair.Similarity);
            pairs.Add(pair);
        }
        var summary = Write(pairs, copies, baseline, before);
        AuditProgress.Remove(options);
        return summary;
    }

    /// <summary>The record of finished parts; null where all is one part, so that there is nothing to go on with.</summary>
    private AuditProgress? Progress()
    {
        if (inputs.Splits.Zip(queries).Sum(of => inputs.Comparisons.Any(c => c.Split == of.First) ? of.Second.Parts(of.First.Rows) : 0) <= 1)
        {
            AuditProgress.Remove(options);
            return null;
        }
        var progress = AuditProgress.Open(options, inputs, queries, evidence, cells.CentresOf(inputs.Splits[0]), context.Stopping);
        (comparedBefore, recomputed) = progress.Counts;
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
        foreach (var other in comparisons.Select(c => inputs.Comparisons[c].Other).Where(other => !resident.ContainsKey(other) && plan[Place(other)].Stays))
        {
            resident.Add(other, await LoadAsync(other));
        }
        if (comparisons.Length == 0)
        {
            return;
        }
        var search = new PartSearch(
            options, inputs, evidence,
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
        foreach (var comparison in options.Approximate is null ? [] : comparisons)
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
            (compared, recomputed) = (compared + pairsCompared, recomputed + decided);
            if (next < split.Rows || number < inputs.Splits.Count - 1)
            {
                progress?.Finish(number, next, pairsCompared, decided);
            }
            Free(whole is null ? part : []);
        }
        if (whole is not null && !resident.ContainsKey(split))
        {
            cells.Drop(split);
            Free(whole);
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
            $"choosing how many cells {split.Name} probes", other.Rows, advance => cells.Probe(comparison, search.Sought(comparison), whole, advance), took => indexing += took);
    }

    private async Task OpenCellsAsync(AuditSplit split, Action<Action<long>> open) =>
        await TimedAsync(
            $"putting {split.Name} into cells", split.Rows,
            advance =>
            {
                open(advance);
                return split;
            },
            took => indexing += took);

    private async Task<(long Compared, long Recomputed)> CompareAsync(
        PartSearch search, int comparison, IReadOnlyList<EmbeddingBlock> part, IReadOnlyList<EmbeddingBlock>? whole)
    {
        var (split, other) = inputs.Comparisons[comparison];
        var corpus = BlocksOf(comparison, whole);
        using var streamed = corpus is null && options.Approximate is null ? new SplitReader(other, inputs.Embedder, plan[Place(other)].BlockRows) : null;
        return await TimedAsync(
            $"comparing {split.Name} with {other.Name}", other.Rows,
            advance => options.Approximate is not null ? search.Approximate(comparison, part, cells.Of(other)!, cells.Recalls[comparison].Probes, advance)
                : streamed is null ? search.Resident(comparison, part, corpus!, advance) : search.Streamed(comparison, part, streamed, advance),
            took => searching += took);
    }

    /// <summary>The rows that a comparison's neighbours are among; null where they are streamed.</summary>
    private IReadOnlyList<EmbeddingBlock>? BlocksOf(int comparison, IReadOnlyList<EmbeddingBlock>? whole) =>
        (inputs.Comparisons[comparison].Inside ? whole : null) ?? resident.GetValueOrDefault(inputs.Comparisons[comparison].Other);

    /// <summary>What is found of altered copies, and, where pictures alone are compared, by averaged pixels instead.</summary>
    private async Task<(CopyTrial Copies, PixelBaseline? Baseline)> SeekCopiesAsync()
    {
        var search = new CopySearch(options, inputs, plan[0], picture, context.Stopping);
        Task<CopyTrial> SeekAsync(Func<Action<long>, CopyTrial> seek) => TimedAsync("seeking altered copies", inputs.Splits[0].Rows, seek, _ => { });
        var copies = await SeekAsync(advance => search.Seek(resident.GetValueOrDefault(inputs.Splits[0]), cells, advance));
        return (copies, search.HasBaseline ? new PixelBaseline(copies.Copies, copies.Found, (await SeekAsync(search.SeekByPixels)).Found) : null);
    }

    private async Task<IReadOnlyList<EmbeddingBlock>> LoadAsync(AuditSplit split)
    {
        using var reader = new SplitReader(split, inputs.Embedder, plan[Place(split)].BlockRows);
        return await LoadAsync(reader, split, int.MaxValue);
    }

    private Task<IReadOnlyList<EmbeddingBlock>> LoadAsync(SplitReader reader, AuditSplit split, int most) =>
        TimedAsync(
            $"reading {split.Name}", Math.Min(split.Rows, (long)most * reader.BlockRows),
            advance => reader.Load(most, options.Threads, advance, context.Stopping), took => reading += took);

    private Task<T> TimedAsync<T>(string what, long rows, Func<Action<long>, T> work, Action<TimeSpan> took) =>
        context.Progress.RunAsync(what, rows, "rows", advance => Task.Run(() =>
        {
            var start = context.Clock.GetTimestamp();
            var result = work(advance);
            took(context.Clock.GetElapsedTime(start));
            return result;
        }));

    private AuditSummary Write(SortedPairs pairs, CopyTrial? copies, PixelBaseline? baseline, double? before)
    {
        var rate = searching > TimeSpan.Zero ? 2e-9 * compared * inputs.Embedder.Width / searching.TotalSeconds : 0;
        double? plain = PlainRate() is { } after ? Math.Max(after, before!.Value) : null;
        var tallies = inputs.Comparisons.Select(comparison => new PairTally(comparison)).ToList();
        var calibration = options.AllPairs ? null : new CalibrationResult(
            [.. inputs.Comparisons.Zip(evidence, (of, its) => Calibrator.Curve(of.Kind, its.Distances!, row => of.Split.FingerprintOf(row), options.Seed))], copies);
        var thresholds = calibration?.Thresholds(options.Precision, options.Recall);
        var cuts = options.Precision is null && options.Recall is null ? null : thresholds!.Select(of => of.Similarity ?? double.PositiveInfinity).ToArray();
        PairFiles.WritePairs(options.Out, Listed(pairs, tallies, cuts), inputs.Comparisons, evidence);
        var rejects = inputs.Rejects().ToList();
        PairFiles.WriteRejects(options.Out, rejects);
        var summary = new AuditSummary(
            place, [.. inputs.Splits.Select(split => new SplitRows(split.Name, split.Rows))], rejects.Count,
            options.AllPairs ? null : options.Neighbours, options.Threshold ?? thresholds?.Where(_ => cuts is not null).Min(of => of.Similarity), [.. tallies.Select(tally => tally.Counts())],
            new AuditSpeed(options.Threads, comparedBefore + compared, recomputed, Round(reading.TotalSeconds), options.Approximate is null ? null : Round(indexing.TotalSeconds), Round(searching.TotalSeconds), Round(rate), Round(plain), Round(rate / plain)))
        {
            Calibration = thresholds,
            Views = inputs.Queries.Views,
            Baseline = baseline,
            Approximate = options.Approximate is null ? null : [.. inputs.Comparisons.Select((_, comparison) => cells.Recalls[comparison])],
        };
        var report = new AuditReport(
            AuditReport.CurrentSchemaVersion, RunVersions.Current(),
            [.. inputs.Embedder.Columns.Select(c => c.Name)], inputs.Model?.Sha256, inputs.Embedder.Width, [.. inputs.Splits.Select(Shards)], options.SplitColumn, summary, picture, calibration);
        var shown = ReportPage.Write(options.Out, report, options.Page);
        summary = summary with { LabelConflicts = new LabelConflicts(shown.ConflictCount, shown.Threshold) };
        report = report with { Summary = summary };
        WholeFile.Write(Path.Combine(options.Out, AuditReport.FileName), stream => stream.Write(report.ToBytes()));
        return summary;
    }

    /// <summary>The pairs in order, counted, and those of a join with the places that the order gives them.</summary>
    /// <param name="cuts">[comparison]: pairs of a lower cosine are left out, byte-identical ones never; null for none.</param>
    private IEnumerable<AuditPair> Listed(SortedPairs pairs, List<PairTally> tallies, double[]? cuts)
    {
        var places = inputs.Comparisons.Select(comparison => new int[comparison.Split.Rows]).ToList();
        foreach (var pair in pairs.Read())
        {
            context.Stopping.ThrowIfCancellationRequested();
            if (cuts is not null && !pair.Exact && pair.Similarity < cuts[pair.Comparison])
            {
                continue;
            }
            tallies[pair.Comparison].Add(pair);
            var of = places[pair.Comparison];
            var place = inputs.Comparisons[pair.Comparison].Inside ? Math.Min(++of[pair.Row], ++of[pair.OtherRow]) : ++of[pair.Row];
            yield return pair.Rank > 0 ? pair : pair with { Rank = place };
        }
    }

    private int Place(AuditSplit split) => inputs.Splits.Index().First(of => of.Item == split).Index;

    private double? PlainRate() => options.Benchmark ? PlainGemm.Gflops(inputs.Embedder.Width, options.Threads, context.Clock) : null;

    private static AuditedSplit Shards(AuditSplit split) => new(split.Name, [.. split.Shards.Select(s => new AuditedShard(s.Name, StoredFiles.Length(s.Path) ?? 0, s.Path, s.Columns))]);

    private static double Round(double value) => Math.Round(value, 3);

    private static double? Round(double? value) => value is { } known ? Round(known) : null;

    private static void Free(IEnumerable<EmbeddingBlock> blocks)
    {
        foreach (var block in blocks)
        {
            block.Dispose();
        }
    }
}
