using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Pairs;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Reports;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Audits;

/// <summary>The flow of an audit: splits, pairs, calibration, files, the page.</summary>
/// <remarks>Memory: <see cref="AuditSearch"/> and <see cref="SortedPairs"/> say theirs.</remarks>
internal static class AuditRun
{
    /// <summary>Compares the splits and writes the files; goes on where a killed audit of the same rows and options was.</summary>
    /// <exception cref="UsageException">The options contradict each other.</exception>
    /// <exception cref="DataException">A shard or the model cannot be used.</exception>
    /// <exception cref="IOException">The outputs cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The command was stopped; no report is left.</exception>
    public static async Task<AuditSummary> ExecuteAsync(AuditOptions options, CommandContext context)
    {
        using var inputs = AuditInputs.Open(options, context.Stopping);
        using var output = new OutputFolder(options.Out, AuditReport.FileName);
        var (place, here) = (StorageAddress.Full(options.Out), options with { Out = output.Path });
        var picture = PictureColumn.Find(options.Page.Image, inputs.Model, [.. inputs.Embedder.Columns.Select(c => c.Name)], inputs.Splits[^1].Shards);
        using var search = new AuditSearch(here, inputs, picture, context);
        output.Open(AuditOutputs.Names, _ => JsonFile.Read<AuditReport>(Path.Combine(output.Path, AuditReport.FileName)) is not null, context.Stopping);
        AuditOutputs.Open(output.Path);
        SayViews(options, inputs, context);

        double? PlainRate() => options.Benchmark ? PlainGemm.Gflops(inputs.Embedder.Width, options.Search.Threads, context.Clock) : null;
        var before = PlainRate();
        using var pairs = new SortedPairs(inputs.Comparisons, here.Out, options.Search.PairsInMemory, options.Vectors.BestView);
        var (copies, baseline) = await search.RunAsync(pairs);
        double? plain = PlainRate() is { } after ? Math.Max(after, before!.Value) : null;

        var calibration = options.Pairs.AllPairs ? null : new CalibrationResult(
            [.. inputs.Comparisons.Zip(search.Evidence, (of, its) => Calibrator.Curve(of.Kind, its.Distances!, row => of.Split.FingerprintOf(row), options.Seed))], copies);
        var thresholds = calibration?.Thresholds(options.Pairs.Precision, options.Pairs.Recall);
        var cuts = options.Pairs.Precision is null && options.Pairs.Recall is null ? null : thresholds!.Select(of => of.Similarity ?? double.PositiveInfinity).ToArray();
        var listed = new ListedPairs(inputs.Comparisons, cuts);
        PairFiles.WritePairs(here.Out, listed.Of(pairs, context.Stopping), inputs.Comparisons, search.Evidence);
        var rejects = inputs.Rejects().ToList();
        PairFiles.WriteRejects(here.Out, rejects);

        var summary = new AuditSummary(
            place, [.. inputs.Splits.Select(split => new SplitRows(split.Name, split.Rows))], rejects.Count,
            options.Pairs.AllPairs ? null : options.Pairs.Neighbours, options.Pairs.Threshold ?? thresholds?.Where(_ => cuts is not null).Min(of => of.Similarity), listed.Counts(), search.Speed(plain))
        {
            Calibration = thresholds,
            Views = inputs.Queries.Views,
            Baseline = baseline,
            Approximate = search.Recalls,
        };
        var report = new AuditReport(
            SchemaVersion: AuditReport.CurrentSchemaVersion,
            Versions: RunVersions.Current(),
            Columns: [.. inputs.Embedder.Columns.Select(c => c.Name)],
            ModelSha256: inputs.Model?.Sha256,
            Width: inputs.Embedder.Width,
            Splits: [.. inputs.Splits.Select(Shards)],
            SplitColumn: options.SplitColumn,
            Summary: summary,
            Picture: picture,
            Calibration: calibration);
        summary = Show(FinishedAudit.Read(here.Out, report), options.Page);
        WholeFile.Write(Path.Combine(here.Out, AuditReport.FileName), (report with { Summary = summary }).ToBytes());
        AuditProgress.Remove(here);
        output.Complete(context.Stopping);
        return summary;
    }

    /// <summary>Writes what people look at: the label conflicts and, last, the page.</summary>
    private static AuditSummary Show(FinishedAudit audit, ReportOptions options)
    {
        var clusters = FoundClusters.Of(audit, options.Threshold);
        ConflictFile.Write(audit.Folder, clusters.Conflicts);
        ReportPage.Write(audit, clusters, options, []);
        return audit.Record.Summary with { LabelConflicts = new LabelConflicts(clusters.Conflicts.Count, clusters.Threshold) };
    }

    private static void SayViews(AuditOptions options, AuditInputs inputs, CommandContext context)
    {
        if (inputs.Embedder.Views > 1)
        {
            context.Progress.Say($"a vector is the mean over {inputs.Embedder.Views} views of a picture, each embedded");
        }
        if (options.Vectors.BestView)
        {
            context.Progress.Say($"of {inputs.Queries.Vectors} views of a row's picture the most similar is compared, each embedded and sought");
        }
    }

    private static AuditedSplit Shards(AuditSplit split) => new(split.Name, [.. split.Shards.Select(s => new AuditedShard(s.Name, StoredFiles.Length(s.Path) ?? 0, s.Path, s.Columns, DerivedShards.GivenFor(s.Path)))]);
}
