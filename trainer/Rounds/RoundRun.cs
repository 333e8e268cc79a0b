using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Labels;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Trainer.Labels;
using ParquetPool.Trainer.Publishing;
using ParquetPool.Trainer.Stopping;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.Voting;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The flow of <c>trainer round</c>: label sheets → history → consensus → training → gate → the next round.</summary>
/// <remarks>
/// Whoever runs it holds the <see cref="TaskLock"/>. What a kill leaves undone is done by the next run: labels are in the history before anything
/// is trained, and a round that was published carries the hash of its labels.
/// </remarks>
internal static class RoundRun
{
    /// <exception cref="UsageException">The request contradicts itself or the pool.</exception>
    /// <exception cref="DataException">Labels, shards or the trained model are not what they must be.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static async Task<RoundSummary> ExecuteAsync(RoundRequest request, CommandContext context)
    {
        var began = context.Clock.GetTimestamp();
        request.Check();
        var (task, folder, log) = (request.Training.Task, new LabelFolder(request.LabelFolder), new RoundLog(request.LabelFolder));
        var told = new List<string>();
        void Tell(string line)
        {
            told.Add(line);
            context.Progress.Say(line);
        }
        folder.RequireOurs();
        if (request.Annotators)
        {
            ConsensusFiles.RequireOurs(folder.Root);
        }
        var history = new LabelHistory(request.LabelFolder, Tell);
        KnownClasses Known() => KnownClasses.Of(new ModelRegistry(request.Training.Models), task, PoolFacts.Of(ShardSet.Resolve(request.Training.Pool)).Classes, Tell);
        var reading = new SheetReading(history, request.Training.Control, () => request.Classes.Count == 0 && !request.NewClasses && Known().Names.Count == 0, request.LeavesBadFilesOut ? new SetAside(request.LabelFolder) : null, context);
        var read = reading.Read(request.LeavesBadFilesOut ? LabelFiles.Now(request.Labels) : LabelFiles.Of(request.Labels));
        told.AddRange([.. reading.Notes, .. LabelFiles.LeftOut(request.Labels)]);
        var classes = Known();
        var hierarchy = request.Training.Hierarchy is { } path ? Hierarchy.Read(path) : null;
        var names = StandingLabels.NamesOf(classes.With(request.Classes), history.Labels, hierarchy);
        var consensus = StandingLabels.Of(history.Labels, names, match: null, hierarchy);
        consensus = request.Weigh(consensus, context.Stopping)?.Applied(consensus) ?? consensus;
        var newest = new ModelRegistry(request.Training.Models).Rounds(task) is [.., var last] ? ModelPackage.Open(last.Folder) : null;
        var records = log.Read();
        // Labels of a round that was not published wait for one that may be.
        bool IsDone(string labels) => labels == newest?.Manifest!.Training.Recipe.GetValueOrDefault(TrainPlan.LabelsSetting)
            || (records is [.., var attempt] && labels == attempt.LabelsSha256 && (attempt.Round is not null || request.MinGain is not null));
        var before = folder.ReadLabels();
        var waiting = Waiting(request.Stated(consensus, hierarchy, classes).Labels, IsDone(TrainPlan.HashOf(before.Select(l => (l.Key, l.Value)))) ? before : new Dictionary<string, string>());
        var summary = new RoundSummary(
            Command: "round",
            Task: task,
            Published: false,
            Reason: "",
            Round: newest?.Manifest!.Round,
            Model: FolderOf(newest),
            Read: read,
            NewLabels: waiting,
            Labels: 0,
            Changed: consensus.Changed,
            Disagreements: consensus.Disagreements.Count,
            Ties: consensus.Disagreements.Count(d => d.Label is null),
            NotInPool: 0,
            NotAskedFor: 0,
            LeftOut: 0,
            HoldoutRows: 0,
            HoldoutAccuracy: null,
            AccuracyBefore: null,
            Agreement: null,
            GainPer100: null,
            Advice: null,
            Seconds: 0)
        { Notes = [.. told, .. names.Notes()] };
        if (waiting < request.MinNewLabels && !request.Force)
        {
            if (waiting == 0 && history.Labels.Count > 0 && (read.Added > 0 || before.Count == 0))
            {
                var faults = await RoundLabels.FaultsAsync(request, history, isFirst: before.Count == 0, context);
                summary = summary with { Notes = [.. summary.Notes, .. faults] };
            }
            return Ended(summary with { Reason = waiting == 0 ? "nothing new since the last round" : $"{waiting} new labels since the last round, expected {request.MinNewLabels} or more" });
        }

        var plan = TrainPlan.Of(request.Training);
        told.AddRange(plan.Notes);
        var stopSet = new StopSet(plan.Columns);
        var labels = await RoundLabels.ReadAsync(request, plan, history, classes, names, hierarchy, folder, stopSet.Take, context);
        (consensus, var rows, var partial) = (labels.Consensus, labels.Rows, labels.Partial);
        summary = summary with
        {
            Changed = consensus.Changed,
            Disagreements = consensus.Disagreements.Count,
            Ties = consensus.Disagreements.Count(d => d.Label is null),
            NotInPool = labels.NotInPool,
            NotAskedFor = labels.Remarks.Count(r => r.Used),
            LeftOut = labels.Remarks.Count(r => !r.Used) - labels.NotInPool,
            Notes = [.. told, .. labels.Notes],
        };
        var hash = TrainPlan.HashOf(rows.Select(r => (r.Id, r.Label)).Concat(partial.Select(r => (r.Id, StatedRows.Text(r.Classes)))));
        if (!request.Force && IsDone(hash))
        {
            WriteLabels();
            if (newest?.Manifest is { Training: var done } known && hash == done.Recipe.GetValueOrDefault(TrainPlan.LabelsSetting) && !records.Any(r => r.Round == known.Round))
            {
                log.Append(new RoundRecord(
                    TimeUtc: known.CreatedUtc,
                    Round: known.Round,
                    Reason: "published: the trainer was stopped before it could note why",
                    Labels: rows.Count,
                    NewLabels: waiting,
                    HoldoutRows: (int)done.HoldoutRows,
                    HoldoutAccuracy: done.HoldoutAccuracy,
                    AccuracyBefore: null,
                    Agreement: null,
                    GainPer100: null,
                    LabelsSha256: hash)
                { PartialRows = partial.Count });
            }
            return Ended(summary with { Reason = "nothing new since the last round that can be learnt from" });
        }

        var trained = await plan.TrainAsync(rows, Tell, context, partial);
        var earlier = EarlierRounds.Of(plan.Registry, task, trained, Tell);
        var (accuracyBefore, agreement) = (earlier.AccuracyBefore, earlier.AgreementOn(stopSet.ToRows()));
        var (accuracy, holdout) = (earlier.Accuracy, earlier.Rows);
        var isWorse = request.MinGain is { } least && accuracyBefore is { } was && accuracy - was < least;
        var gain = ExpectedGain.Of(earlier.Curve);
        var reason = Reason(trained, earlier, isWorse ? request.MinGain : null);
        WriteLabels(); // Before the round appears, so that whoever scores with it finds the labels it knows.
        var published = isWorse ? ((string Folder, ModelManifest Manifest, ModelCheck Check)?)null : plan.Publish(trained, context);

        log.Append(new RoundRecord(
            TimeUtc: context.Clock.GetUtcNow(),
            Round: published?.Manifest.Round,
            Reason: reason,
            Labels: rows.Count,
            NewLabels: waiting,
            HoldoutRows: holdout,
            HoldoutAccuracy: accuracy,
            AccuracyBefore: accuracyBefore,
            Agreement: agreement,
            GainPer100: gain,
            LabelsSha256: hash)
        { PartialRows = partial.Count });
        return Ended(summary with
        {
            Notes = [.. told, .. labels.Notes],
            Published = published is not null,
            Calibration = published?.Manifest.Calibration,
            Reason = reason,
            Round = published?.Manifest.Round ?? summary.Round,
            Model = published?.Folder ?? summary.Model,
            Labels = rows.Count,
            PartialRows = partial.Count,
            HoldoutRows = holdout,
            HoldoutAccuracy = accuracy,
            AccuracyBefore = accuracyBefore,
            Agreement = agreement,
            GainPer100 = gain,
            Advice = StoppingAdvice.Of(gain, [.. records.Select(r => r.Agreement).OfType<Agreement>(), .. agreement is null ? Array.Empty<Agreement>() : [agreement]]),
        });

        void WriteLabels()
        {
            folder.Write(rows.Select(r => (r.Id, r.Label)), consensus.Disagreements, labels.Remarks, labels.Answers);
            if (labels.Votes is { } votes)
            {
                ConsensusFiles.WriteBeside(folder.Root, votes, context.Stopping);
            }
        }

        RoundSummary Ended(RoundSummary done) => done with { Seconds = Math.Round(context.Clock.GetElapsedTime(began).TotalSeconds, 1) };
    }

    /// <summary>Labels that are new, other than before, or there no more.</summary>
    private static int Waiting(IReadOnlyDictionary<string, string> now, IReadOnlyDictionary<string, string> before) =>
        now.Count(l => before.GetValueOrDefault(l.Key) != l.Value) + before.Keys.Count(id => !now.ContainsKey(id));

    /// <param name="missed">The gain that was expected; null where the round is published.</param>
    private static string Reason(TrainedNetwork trained, EarlierRounds earlier, double? missed)
    {
        var (accuracy, rows, held) = (earlier.Accuracy, earlier.Rows, trained.Set.Holdout.Count);
        var ours = FormattableString.Invariant($"{(missed is null ? "published" : "not published")}: hold-out accuracy {100 * trained.Best.HoldoutAccuracy:F1}%");
        if (earlier.AccuracyBefore is not { } was)
        {
            return $"{ours}, {earlier.Why}";
        }
        var fewer = (int)Math.Round((was - accuracy) * rows);
        return ours + (rows < held ? FormattableString.Invariant($"; {100 * accuracy:F1}% of the {rows} rows that no compared round has learnt from") : "")
            + FormattableString.Invariant($", the round before has {100 * was:F1}% on the same rows")
            + (fewer > 0 ? $", so this one is worse by {fewer} of {rows} rows" : "")
            + (fewer > 0 && was - accuracy < TrainLines.Margin(was, rows) ? ", which may be chance" : "")
            + (missed is not { } least ? "" : least > 0 || fewer <= 0 ? FormattableString.Invariant($", expected a gain of {100 * least:F1} points or more") : ": the labels are kept and count in the next round")
            + (missed is null ? "" : "; --publish-worse publishes it all the same");
    }

    private static string? FolderOf(ModelPackage? package) => package is null ? null : StorageAddress.FolderOf(package.Path);
}
