using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Pipeline;
using ParquetPool.Scorer.Reports;

namespace ParquetPool.Scorer.Audits;

/// <summary>The flow of an audit: shards, blocks, neighbours, pairs, files.</summary>
/// <remarks>
/// The training split stays in memory where it takes at most half of <see cref="AuditOptions.VectorMegabytes"/>; the test split stays
/// there whole or, part after part, as far as the rest reaches. Beyond that: one block of <see cref="EmbeddingBlock.DefaultRows"/> rows
/// and one of products per thread, about 170 bytes for each row of both splits, 48 for each neighbour and thread, and the pairs as
/// <see cref="SortedPairs"/> says; an approximate audit adds, for each split, what <see cref="CellIndex"/> says, and reads it twice more.
/// </remarks>
public sealed class AuditRun
{
    private readonly AuditOptions options;
    private readonly CommandContext context;
    private readonly AuditInputs inputs;
    private readonly PairEvidence evidence;
    private readonly PictureColumn? picture;
    private readonly Dictionary<PairKind, CellIndex> indexes = [];
    private TimeSpan reading;
    private TimeSpan searching;
    private long compared;
    private long recomputed;

    private AuditRun(AuditOptions options, CommandContext context, AuditInputs inputs)
    {
        (this.options, this.context, this.inputs, evidence) = (options, context, inputs, new PairEvidence(inputs));
        picture = PictureColumn.Find(options.Page.Image, inputs.Model, [.. inputs.Embedder.Columns.Select(c => c.Name)], inputs.Test.Shards);
    }

    /// <summary>Audits the test split against the training split, where there is one, and against itself, and writes the files.</summary>
    /// <exception cref="UsageException">The options contradict each other.</exception>
    /// <exception cref="DataException">A shard or the model cannot be used.</exception>
    /// <exception cref="IOException">The outputs cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The command was stopped; no report is left.</exception>
    public static async Task<AuditSummary> ExecuteAsync(AuditOptions options, CommandContext context)
    {
        using var inputs = AuditInputs.Open(options);
        Directory.CreateDirectory(options.Out);
        File.Delete(Path.Combine(options.Out, AuditReport.FileName));
        var run = new AuditRun(options, context, inputs);
        try
        {
            return await run.RunAsync();
        }
        finally
        {
            foreach (var index in run.indexes.Values)
            {
                index.Dispose();
            }
        }
    }

    private async Task<AuditSummary> RunAsync()
    {
        var plan = MemoryPlan.Make(inputs.Train.Rows, inputs.Test.Rows, inputs.Embedder.Width, options.VectorMegabytes);
        var before = PlainRate();
        using var pairs = new SortedPairs(inputs, options.Out, options.PairsInMemory);
        using var testReader = new SplitReader(inputs.Test, inputs.Embedder, plan.TestBlockRows);
        var train = inputs.HasTrain && plan.TrainStays ? await LoadAsync(inputs.Train, plan.TrainBlockRows) : null;
        while (await LoadAsync(testReader, inputs.Test, plan.TestBlocksAtOnce) is { Count: > 0 } queries)
        {
            if (inputs.HasTrain)
            {
                await CompareAsync(pairs, PairKind.TestTrain, plan, queries, train, plan.TrainBlockRows);
            }
            await CompareAsync(pairs, PairKind.TestTest, plan, queries, plan.TestStays ? queries : null, plan.TestBlockRows);
            Free(queries);
            if (plan.TestStays)
            {
                break;
            }
        }
        Free(train ?? []);
        return Write(pairs, before);
    }

    private async Task<IReadOnlyList<EmbeddingBlock>> LoadAsync(AuditSplit split, int blockRows)
    {
        using var reader = new SplitReader(split, inputs.Embedder, blockRows);
        return await LoadAsync(reader, split, int.MaxValue);
    }

    private Task<IReadOnlyList<EmbeddingBlock>> LoadAsync(SplitReader reader, AuditSplit split, int most) =>
        TimedAsync(
            $"reading {split.Name}", Math.Min(split.Rows, (long)most * reader.BlockRows),
            advance => reader.Load(most, options.Threads, advance, context.Stopping), took => reading += took);

    private async Task CompareAsync(
        SortedPairs pairs, PairKind kind, MemoryPlan plan, IReadOnlyList<EmbeddingBlock> queries, IReadOnlyList<EmbeddingBlock>? resident, int blockRows)
    {
        var split = inputs.OtherSplit(kind);
        if (options.Approximate && !indexes.ContainsKey(kind))
        {
            indexes[kind] = await IndexAsync(kind, plan.TestStays ? queries : null, resident, blockRows);
        }
        using var streamed = resident is null ? new SplitReader(split, inputs.Embedder, blockRows) : null;
        IEmbeddingSource corpus = streamed is null ? new ResidentBlocks(resident!) : streamed;
        var (pairsCompared, decided) = await TimedAsync(
            $"comparing test with {split.Name}", split.Rows,
            advance => options.AllPairs ? Join(pairs, kind, queries, corpus, advance) : Search(pairs, kind, queries, corpus, advance),
            took => searching += took);
        compared += pairsCompared;
        recomputed += decided;
    }

    private (long Compared, long Recomputed) Join(
        SortedPairs pairs, PairKind kind, IReadOnlyList<EmbeddingBlock> queries, IEmbeddingSource corpus, Action<long> advance) =>
        ThresholdJoin.Run(
            queries, corpus, new ThresholdJoinOptions(options.Threshold!.Value, Within: kind == PairKind.TestTest, options.Threads),
            found =>
            {
                foreach (var pair in found)
                {
                    evidence.Add(kind, pair.Query, pair.Corpus, pair.Similarity);
                    pairs.Add(new AuditPair(kind, pair.Query, pair.Corpus, Rank: 0, pair.Similarity, pair.Exact));
                }
            },
            advance, context.Stopping);

    // The second neighbour is evidence, also where it is not listed.
    private (long Compared, long Recomputed) Search(
        SortedPairs pairs, PairKind kind, IReadOnlyList<EmbeddingBlock> queries, IEmbeddingSource corpus, Action<long> advance)
    {
        var search = new NeighbourSearchOptions(Math.Max(2, options.Neighbours), Within: kind == PairKind.TestTest, Threads: options.Threads);
        var nearestTest = kind == PairKind.TestTrain ? evidence.NearestOfTrain : null;
        var result = indexes.TryGetValue(kind, out var cells)
            ? CellSearch.Run(queries, cells, inputs.OtherSplit(kind).IdOf, search, nearestTest, advance, context.Stopping)
            : NeighbourSearch.Run(queries, corpus, search, advance, context.Stopping, nearestTest);
        foreach (var (block, lists) in queries.Zip(result.Lists))
        {
            for (var index = 0; index < block.Count; index++)
            {
                var rank = 0;
                foreach (var neighbour in lists[index])
                {
                    evidence.Add(kind, block.RowAt(index), neighbour.Row, neighbour.Similarity);
                    if (++rank <= options.Neighbours && neighbour.Similarity >= (options.Threshold ?? -1))
                    {
                        pairs.Add(new AuditPair(kind, block.RowAt(index), neighbour.Row, rank, neighbour.Similarity, neighbour.Exact));
                    }
                }
            }
        }
        return (result.Pairs, result.Recomputed);
    }

    private async Task<CellIndex> IndexAsync(PairKind kind, IReadOnlyList<EmbeddingBlock>? test, IReadOnlyList<EmbeddingBlock>? resident, int blockRows)
    {
        var split = inputs.OtherSplit(kind);
        var search = new NeighbourSearchOptions(options.Neighbours, Within: kind == PairKind.TestTest, Threads: options.Threads);
        var readers = new List<SplitReader>();
        try
        {
            return await TimedAsync(
                $"putting {split.Name} into cells", split.Rows,
                advance => CellIndex.Build(
                    () => Source(inputs.Test, test), inputs.Test.Rows, () => Source(split, resident), split.Rows, inputs.Embedder.Width, search, options.Recall,
                    Path.Combine(options.Out, $"{split.Name}-cells.tmp"), advance, context.Stopping),
                took => searching += took);
        }
        finally
        {
            readers.ForEach(r => r.Dispose());
        }

        IEmbeddingSource Source(AuditSplit split, IReadOnlyList<EmbeddingBlock>? resident)
        {
            if (resident is not null)
            {
                return new ResidentBlocks(resident);
            }
            readers.Add(new SplitReader(split, inputs.Embedder, blockRows));
            return readers[^1];
        }
    }

    private MeasuredRecall? RecallOf(PairKind kind) => indexes.GetValueOrDefault(kind)?.Recall;

    private Task<T> TimedAsync<T>(string what, long rows, Func<Action<long>, T> work, Action<TimeSpan> took) =>
        context.Progress.RunAsync(what, rows, "rows", advance => Task.Run(() =>
        {
            var start = context.Clock.GetTimestamp();
            var result = work(advance);
            took(context.Clock.GetElapsedTime(start));
            return result;
        }));

    private AuditSummary Write(SortedPairs pairs, double? before)
    {
        var rate = searching > TimeSpan.Zero ? 2e-9 * compared * inputs.Embedder.Width / searching.TotalSeconds : 0;
        double? plain = PlainRate() is { } after ? Math.Max(after, before!.Value) : null;
        var (testTrain, testTest) = (new PairTally(PairKind.TestTrain, inputs), new PairTally(PairKind.TestTest, inputs));
        PairFiles.WritePairs(options.Out, Listed(pairs, testTrain, testTest), inputs, evidence);
        PairFiles.WriteRejects(options.Out, inputs);
        var summary = new AuditSummary(
            Path.GetFullPath(options.Out), inputs.Train.Rows, inputs.Test.Rows, inputs.Train.Rejects.Count + inputs.Test.Rejects.Count,
            options.AllPairs ? null : options.Neighbours, options.Threshold, testTrain.Counts(), testTest.Counts(),
            new AuditSpeed(options.Threads, compared, recomputed, Round(reading.TotalSeconds), Round(searching.TotalSeconds), Round(rate), Round(plain), Round(rate / plain)),
            options.Approximate ? new ApproximateRecall(RecallOf(PairKind.TestTrain), RecallOf(PairKind.TestTest)) : null);
        var report = new AuditReport(
            AuditReport.CurrentSchemaVersion, RunVersions.Current(),
            [.. inputs.Embedder.Columns.Select(c => c.Name)], inputs.Model?.Sha256, inputs.Embedder.Width, Shards(inputs.Train), Shards(inputs.Test), summary, picture);
        ReportPage.Write(options.Out, report, options.Page);
        WholeFile.Write(Path.Combine(options.Out, AuditReport.FileName), stream => stream.Write(report.ToBytes()));
        return summary;
    }

    /// <summary>The pairs in order, counted, and those of a join with the places that the order gives them.</summary>
    private IEnumerable<AuditPair> Listed(SortedPairs pairs, PairTally testTrain, PairTally testTest)
    {
        var (besideTrain, insideTest) = (new int[inputs.Test.Rows], new int[inputs.Test.Rows]);
        foreach (var pair in pairs.Read())
        {
            context.Stopping.ThrowIfCancellationRequested();
            (pair.Kind == PairKind.TestTrain ? testTrain : testTest).Add(pair);
            var place = pair.Kind == PairKind.TestTrain ? ++besideTrain[pair.TestRow] : Math.Min(++insideTest[pair.TestRow], ++insideTest[pair.OtherRow]);
            yield return pair.Rank > 0 ? pair : pair with { Rank = place };
        }
    }

    private double? PlainRate() => options.Benchmark ? PlainGemm.Gflops(inputs.Embedder.Width, options.Threads, context.Clock) : null;

    private static IReadOnlyList<AuditedShard> Shards(AuditSplit split) => [.. split.Shards.Select(s => new AuditedShard(s.Name, new FileInfo(s.Path).Length, s.Path))];

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
