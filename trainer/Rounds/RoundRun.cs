using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Trainer.Labels;
using ParquetPool.Trainer.Stopping;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The flow of <c>trainer round</c>: label sheets → history → consensus → training → gate → the next round.</summary>
/// <remarks>
/// Whoever runs it holds the <see cref="TaskLock"/>. What a kill leaves undone is done by the next run: labels are in the history before anything
/// is trained, and a round that was published carries the hash of its labels.
/// </remarks>
public static class RoundRun
{
    /// <exception cref="UsageException">The request contradicts itself or the pool.</exception>
    /// <exception cref="DataException">Labels, shards or the trained model are not what they must be.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static async Task<RoundSummary> ExecuteAsync(RoundRequest request, CommandContext context)
    {
        var began = context.Clock.GetTimestamp();
        request.Check();
        var (task, folder, log) = (request.Training.Task, new LabelFolder(request.LabelFolder), new RoundLog(request.LabelFolder));
        var history = new LabelHistory(request.LabelFolder);
        var read = ReadSheets(history, request, context);
        var consensus = Consensus.Of(history.Labels);
        var newest = new ModelRegistry(request.Training.Models).Rounds(task) is [.., var last] ? ModelPackage.Open(last.Folder) : null;
        var records = log.Read();
        bool IsDone(string labels) => labels == newest?.Manifest!.Training.Recipe.GetValueOrDefault(TrainPlan.LabelsSetting) || (records is [.., var attempt] && labels == attempt.LabelsSha256);
        var before = folder.ReadLabels();
        var waiting = Waiting(consensus.Labels, IsDone(TrainPlan.HashOf(before.Select(l => (l.Key, l.Value)))) ? before : new Dictionary<string, string>());
        var summary = new RoundSummary(
            "round", task, false, "", newest?.Manifest!.Round, FolderOf(newest), read, waiting, 0, consensus.Changed, consensus.Disagreements.Count,
            consensus.Disagreements.Count(d => d.Label is null), 0, 0, 0, 0, null, null, null, null, null, 0);
        if (waiting < request.MinNewLabels && !request.Force)
        {
            return Ended(summary with { Reason = waiting == 0 ? "nothing new since the last round" : $"{waiting} new labels since the last round, expected {request.MinNewLabels} or more" });
        }

        var plan = TrainPlan.Of(request.Training);
        var (unusable, stopSet) = (new List<(string Id, string Why)>(), new StopSet(plan.Columns));
        var rows = await plan.ReadAsync(new LabelSource.Given(consensus.Labels), context, unusable, stopSet.Take);
        rows = OfKnownClasses(rows, plan, request, unusable);
        var remarks = Remarks(consensus.Labels, unusable, request.Asked);
        summary = summary with
        {
            NotInPool = unusable.Count(u => u.Why == LabelledRowReader.NotInPool),
            NotAskedFor = remarks.Count(r => r.Used),
            LeftOut = unusable.Count(u => u.Why != LabelledRowReader.NotInPool),
        };
        var hash = TrainPlan.HashOf(rows.Select(r => (r.Id, r.Label)));
        if (!request.Force && IsDone(hash))
        {
            WriteLabels();
            if (newest?.Manifest is { Training: var done } known && hash == done.Recipe.GetValueOrDefault(TrainPlan.LabelsSetting) && !records.Any(r => r.Round == known.Round))
            {
                log.Append(new RoundRecord(
                    known.CreatedUtc, known.Round, "published: the trainer was stopped before it could note why", rows.Count, waiting, (int)done.HoldoutRows, done.HoldoutAccuracy, null, null, null, hash));
            }
            return Ended(summary with { Reason = "nothing new since the last round that can be learnt from" });
        }

        var trained = await plan.TrainAsync(rows, context);
        var earlier = EarlierRounds.Of(plan.Registry, task, trained);
        var (accuracyBefore, agreement) = (earlier.AccuracyBefore, earlier.AgreementOn(stopSet.ToRows()));
        var (accuracy, holdout) = (trained.Best.HoldoutAccuracy, trained.Set.Holdout.Count);
        var isWorse = request.MinGain is { } least && accuracyBefore is { } was && accuracy - was < least;
        var gain = ExpectedGain.Of([.. earlier.Curve, new MeasuredAccuracy(rows.Count, accuracy, holdout)]);
        var reason = Reason(accuracy, accuracyBefore, isWorse ? request.MinGain : null);
        WriteLabels(); // Before the round appears, so that whoever scores with it finds the labels it knows.
        var published = isWorse ? ((string Folder, ModelManifest Manifest, ModelCheck Check)?)null : plan.Publish(trained, context);

        log.Append(new RoundRecord(context.Clock.GetUtcNow(), published?.Manifest.Round, reason, rows.Count, waiting, holdout, accuracy, accuracyBefore, agreement, gain, hash));
        return Ended(summary with
        {
            Published = published is not null,
            Reason = reason,
            Round = published?.Manifest.Round ?? summary.Round,
            Model = published?.Folder ?? summary.Model,
            Labels = rows.Count,
            HoldoutRows = holdout,
            HoldoutAccuracy = accuracy,
            AccuracyBefore = accuracyBefore,
            Agreement = agreement,
            GainPer100 = gain,
            Advice = StoppingAdvice.Of(gain, [.. records.Select(r => r.Agreement).OfType<Agreement>(), .. agreement is null ? Array.Empty<Agreement>() : [agreement]]),
        });

        void WriteLabels() => folder.Write(rows.Select(r => (r.Id, r.Label)), consensus.Disagreements, remarks);

        RoundSummary Ended(RoundSummary done) => done with { Seconds = Math.Round(context.Clock.GetElapsedTime(began).TotalSeconds, 1) };
    }

    private static LabelsRead ReadSheets(LabelHistory history, RoundRequest request, CommandContext context)
    {
        var (read, bad) = (new LabelsRead(0, 0, 0, 0, 0), (DataException?)null);
        foreach (var path in request.LeavesBadFilesOut ? LabelSheet.FilesNow(request.Labels) : LabelSheet.Files(request.Labels))
        {
            try
            {
                read = history.Add(path, context.Clock) is { } added
                    ? read with { Files = read.Files + 1, Added = read.Added + added.Added, Unlabelled = read.Unlabelled + added.Unlabelled }
                    : read with { FilesKnown = read.FilesKnown + 1 };
            }
            catch (DataException e)
            {
                bad = e;
                read = read with { FilesBad = read.FilesBad + 1 };
                if (request.LeavesBadFilesOut)
                {
                    context.Progress.Say($"left out: {e.Message}");
                }
            }
        }
        return bad is null || request.LeavesBadFilesOut ? read : throw bad;
    }

    /// <summary>Labels that are new, other than before, or there no more.</summary>
    private static int Waiting(IReadOnlyDictionary<string, string> now, IReadOnlyDictionary<string, string> before) =>
        now.Count(l => before.GetValueOrDefault(l.Key) != l.Value) + before.Keys.Count(id => !now.ContainsKey(id));

    private static List<(string Id, float[] Features, string Label)> OfKnownClasses(
        IReadOnlyList<(string Id, float[] Features, string Label)> rows, TrainPlan plan, RoundRequest request, List<(string Id, string Why)> unusable)
    {
        var known = (plan.Start?.Set.Classes ?? request.Classes).Where(c => request.Classes.Count == 0 || request.Classes.Contains(c)).ToHashSet();
        bool IsKnown(string label) => known.Count == 0 || known.Contains(label);
        unusable.AddRange(rows.Where(r => !IsKnown(r.Label)).Select(r => (r.Id, request.Classes.Contains(r.Label) || request.Classes.Count == 0
            ? "its class is unknown to the round before: it counts from the next round that is trained from scratch"
            : "its class is none of --classes")));
        return [.. rows.Where(r => IsKnown(r.Label))];
    }

    private static List<LabelRemark> Remarks(IReadOnlyDictionary<string, string> labels, IReadOnlyList<(string Id, string Why)> unusable, IReadOnlyList<string> askedFiles)
    {
        var asked = askedFiles.Count > 0 ? LabelFile.ReadIds(askedFiles) : null;
        var leftOut = unusable.Select(u => u.Id).ToHashSet();
        return
        [
            .. unusable.Select(u => new LabelRemark(u.Id, labels[u.Id], u.Why, false)),
            .. labels.Where(l => asked?.Contains(l.Key) == false && !leftOut.Contains(l.Key)).Select(l => new LabelRemark(l.Key, l.Value, "nobody asked for it", true)),
        ];
    }

    private static string Reason(double accuracy, double? before, double? missed) => before is not { } was
        ? FormattableString.Invariant($"published: hold-out accuracy {100 * accuracy:F1}%, no round before to compare with")
        : FormattableString.Invariant($"{(missed is null ? "published" : "not published")}: hold-out accuracy {100 * accuracy:F1}%, the round before has {100 * was:F1}% on the same rows")
            + (missed is { } least ? FormattableString.Invariant($", expected a gain of {100 * least:F1} points or more") : "");

    private static string? FolderOf(ModelPackage? package) => package?.Path[..package.Path.LastIndexOf('/')];
}
