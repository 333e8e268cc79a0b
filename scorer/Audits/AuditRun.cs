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
/// and one of products per thread, about 100 bytes for each row of both splits, and 32 for each neighbour and thread.
/// </remarks>
public sealed class AuditRun
{
    private readonly AuditOptions options;
    private readonly CommandContext context;
    private readonly AuditInputs inputs;
    private readonly PictureColumn? picture;
    private TimeSpan reading;
    private TimeSpan searching;
    private long compared;
    private long recomputed;

    private AuditRun(AuditOptions options, CommandContext context, AuditInputs inputs)
    {
        (this.options, this.context, this.inputs) = (options, context, inputs);
        picture = PictureColumn.Find(options.Page.Image, inputs.Model, [.. inputs.Embedder.Columns.Select(c => c.Name)], inputs.Test.Shards);
    }

    /// <summary>Audits the test split against the training split and against itself, and writes the files.</summary>
    /// <exception cref="UsageException">The options contradict each other.</exception>
    /// <exception cref="DataException">A shard or the model cannot be used.</exception>
    /// <exception cref="IOException">The outputs cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The command was stopped; no report is left.</exception>
    public static async Task<AuditSummary> ExecuteAsync(AuditOptions options, CommandContext context)
    {
        using var inputs = AuditInputs.Open(options);
        Directory.CreateDirectory(options.Out);
        File.Delete(Path.Combine(options.Out, AuditReport.FileName));
        return await new AuditRun(options, context, inputs).RunAsync();
    }

    private async Task<AuditSummary> RunAsync()
    {
        var plan = MemoryPlan.Make(inputs.Train.Rows, inputs.Test.Rows, inputs.Embedder.Width, options.VectorMegabytes);
        var before = PlainRate();
        var pairs = new PairList(inputs.Train, inputs.Test);
        using var testReader = new SplitReader(inputs.Test, inputs.Embedder, plan.TestBlockRows);
        var train = plan.TrainStays ? await LoadAsync(inputs.Train, plan.TrainBlockRows) : null;
        while (await LoadAsync(testReader, inputs.Test, plan.TestBlocksAtOnce) is { Count: > 0 } queries)
        {
            pairs.Add(PairKind.TestTrain, queries, await SearchAsync(queries, train, inputs.Train, plan.TrainBlockRows, within: false));
            pairs.Add(PairKind.TestTest, queries, await SearchAsync(queries, plan.TestStays ? queries : null, inputs.Test, plan.TestBlockRows, within: true));
            Free(queries);
            if (plan.TestStays)
            {
                break;
            }
        }
        Free(train ?? []);
        return Write(pairs.Sorted(), before);
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

    private async Task<NeighbourSearchResult> SearchAsync(
        IReadOnlyList<EmbeddingBlock> queries, IReadOnlyList<EmbeddingBlock>? resident, AuditSplit split, int blockRows, bool within)
    {
        using var streamed = resident is null ? new SplitReader(split, inputs.Embedder, blockRows) : null;
        IEmbeddingSource corpus = streamed is null ? new ResidentBlocks(resident!) : streamed;
        var search = new NeighbourSearchOptions(options.Neighbours, options.Threshold ?? -1, within, options.Threads);
        var result = await TimedAsync(
            $"comparing test with {split.Name}", split.Rows,
            advance => NeighbourSearch.Run(queries, corpus, search, advance, context.Stopping), took => searching += took);
        compared += result.Pairs;
        recomputed += result.Recomputed;
        return result;
    }

    private Task<T> TimedAsync<T>(string what, long rows, Func<Action<long>, T> work, Action<TimeSpan> took) =>
        context.Progress.RunAsync(what, rows, "rows", advance => Task.Run(() =>
        {
            var start = context.Clock.GetTimestamp();
            var result = work(advance);
            took(context.Clock.GetElapsedTime(start));
            return result;
        }));

    private AuditSummary Write(AuditPair[] pairs, double? before)
    {
        var rate = searching > TimeSpan.Zero ? 2e-9 * compared * inputs.Embedder.Width / searching.TotalSeconds : 0;
        double? plain = PlainRate() is { } after ? Math.Max(after, before!.Value) : null;
        var summary = new AuditSummary(
            Path.GetFullPath(options.Out), inputs.Train.Rows, inputs.Test.Rows, inputs.Train.Rejects.Count + inputs.Test.Rejects.Count,
            options.Neighbours, options.Threshold,
            Count(pairs, PairKind.TestTrain, inputs.Train, ExactCopies.Between(inputs.Test, inputs.Train)),
            Count(pairs, PairKind.TestTest, inputs.Test, ExactCopies.Within(inputs.Test)),
            new AuditSpeed(options.Threads, compared, recomputed, Round(reading.TotalSeconds), Round(searching.TotalSeconds), Round(rate), Round(plain), Round(rate / plain)));
        var report = new AuditReport(
            AuditReport.CurrentSchemaVersion, RunVersions.Current(),
            [.. inputs.Embedder.Columns.Select(c => c.Name)], inputs.Model?.Sha256, inputs.Embedder.Width, Shards(inputs.Train), Shards(inputs.Test), summary, picture);
        PairFiles.WritePairs(options.Out, pairs, inputs);
        PairFiles.WriteRejects(options.Out, inputs);
        ReportPage.Write(options.Out, report, options.Page);
        WholeFile.Write(Path.Combine(options.Out, AuditReport.FileName), stream => stream.Write(report.ToBytes()));
        return summary;
    }

    private double? PlainRate() => options.Benchmark ? PlainGemm.Gflops(inputs.Embedder.Width, options.Threads, context.Clock) : null;

    private PairCounts Count(AuditPair[] pairs, PairKind kind, AuditSplit other, long exactPairs)
    {
        var listed = pairs.Where(p => p.Kind == kind).ToList();
        var exact = listed.Where(p => p.Exact).ToList();
        var rows = exact.Select(p => p.TestRow).Concat(kind == PairKind.TestTest ? exact.Select(p => p.OtherRow) : []).Distinct().Count();
        var known = listed.Where(p => inputs.Test.LabelOf(p.TestRow) is not null && other.LabelOf(p.OtherRow) is not null).ToList();
        return new PairCounts(
            listed.Count, exact.Count, rows, exactPairs, known.Count, known.Count(p => inputs.Test.LabelOf(p.TestRow) == other.LabelOf(p.OtherRow)));
    }

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
