using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Trainer.Labels;
using ParquetPool.Trainer.Publishing;
using ParquetPool.Trainer.Reports;
using ParquetPool.Trainer.Stopping;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.Voting;

namespace ParquetPool.Trainer.Rounds;

/// <summary>The flow of <c>trainer round</c>: label sheets → history → consensus → training → gate → the next round.</summary>
/// <remarks>
/// Whoever runs it holds the <see cref="TaskLock"/>. What a kill leaves undone is done by the next run: labels are in the history before anything
/// is trained, and a round that was published carries the hash of its labels.
/// </remarks>
internal sealed class RoundRun
{
    private readonly RoundRequest request;
    private readonly CommandContext context;
    private readonly LabelFolder folder;
    private readonly RoundLog log;
    private readonly RoundNotes notes;

    private RoundRun(RoundRequest request, CommandContext context) =>
        (this.request, this.context, folder, log, notes) = (request, context, new LabelFolder(request.LabelFolder), new RoundLog(request.LabelFolder), new RoundNotes(context.Progress));

    private bool IsGated => request.MinGain is not null;

    /// <exception cref="UsageException">The request contradicts itself or the pool.</exception>
    /// <exception cref="DataException">Labels, shards or the trained model are not what they must be.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static async Task<RoundSummary> ExecuteAsync(RoundRequest request, CommandContext context)
    {
        var began = context.Clock.GetTimestamp();
        request.Check();
        var summary = await new RoundRun(request, context).RunAsync();
        return summary with { Seconds = Math.Round(context.Clock.GetElapsedTime(began).TotalSeconds, 1) };
    }

    private async Task<RoundSummary> RunAsync()
    {
        folder.RequireOurs();
        if (request.Annotators)
        {
            ConsensusFiles.RequireOurs(folder.Root);
        }
        var said = LabelsSoFar.Of(request, notes, context);
        var past = PastRounds.Of(request, folder, log);
        var waiting = past.Waiting(request.Stated(said.Consensus, said.Hierarchy, said.Known).Labels, IsGated);
        var summary = new RoundSummary { Task = request.Training.Task, Round = past.Newest?.Manifest!.Round, Model = past.Folder, Read = said.Read, NewLabels = waiting }.With(said.Consensus);
        if (waiting < request.MinNewLabels && !request.Force)
        {
            return await TooFewAsync(summary with { Notes = [.. notes.Lines, .. said.Names.Notes()] }, said, past);
        }
        var plan = TrainPlan.Of(request.Training);
        notes.Keep(plan.Notes);
        var stopSet = new StopSet(plan.Columns);
        var labels = await RoundLabels.ReadAsync(request, said, plan, folder, stopSet.Take, context);
        summary = summary.With(labels) with { Notes = [.. notes.Lines, .. labels.Notes] };
        if (!request.Force && past.IsDone(labels.Hash, IsGated))
        {
            return NothingNew(summary, labels, past);
        }
        var learnable = past.Waiting(labels.Learnt, IsGated);
        if (learnable < request.MinNewLabels && !request.Force)
        {
            folder.WriteRemarks(labels.Remarks);
            return summary with { NewLabels = learnable, Reason = $"{learnable} new labels since the last round that can be learnt from, expected {request.MinNewLabels} or more" };
        }
        var trained = await plan.TrainAsync(labels.Rows, notes.Tell, context, labels.Partial);
        return Publish(summary, labels, past, trained, plan, stopSet);
    }

    private async Task<RoundSummary> TooFewAsync(RoundSummary summary, LabelsSoFar said, PastRounds past)
    {
        var waiting = summary.NewLabels;
        if (waiting == 0 && said.History.Labels.Count > 0 && (said.Read.Added > 0 || past.Labels.Count == 0))
        {
            var faults = await RoundLabels.FaultsAsync(request, said.History, isFirst: past.Labels.Count == 0, context);
            summary = summary with { Notes = [.. summary.Notes, .. faults] };
        }
        return summary with { Reason = waiting == 0 ? "nothing new since the last round" : $"{waiting} new labels since the last round, expected {request.MinNewLabels} or more" };
    }

    private RoundSummary NothingNew(RoundSummary summary, RoundLabels labels, PastRounds past)
    {
        Write(labels);
        if (past.IsNewest(labels.Hash) && past.Unnoted is { Training: var done } known)
        {
            log.Append(new RoundRecord(
                TimeUtc: known.CreatedUtc,
                Round: known.Round,
                Reason: "published: the trainer was stopped before it could note why",
                Labels: labels.Rows.Count,
                NewLabels: summary.NewLabels,
                HoldoutRows: (int)done.HoldoutRows,
                HoldoutAccuracy: done.HoldoutAccuracy,
                AccuracyBefore: null,
                Agreement: null,
                GainPer100: null,
                LabelsSha256: labels.Hash)
            { PartialRows = labels.Partial.Count });
        }
        return summary with { Reason = "nothing new since the last round that can be learnt from" };
    }

    /// <summary>Compares what was trained with the rounds before, and makes a round of it unless it gains too little.</summary>
    private RoundSummary Publish(RoundSummary summary, RoundLabels labels, PastRounds past, TrainedNetwork trained, TrainPlan plan, StopSet stopSet)
    {
        var earlier = EarlierRounds.Of(plan.Registry, request.Training.Task, trained, notes.Tell);
        var agreement = earlier.AgreementOn(stopSet.ToRows());
        var isWorse = request.MinGain is { } least && earlier.AccuracyBefore is { } was && earlier.Accuracy - was < least;
        var gain = ExpectedGain.Of(earlier.Curve);
        var reason = Reason(trained, earlier, isWorse ? request.MinGain : null);
        Write(labels); // Before the round appears, so that whoever scores with it finds the labels it knows.
        var published = isWorse ? ((string Folder, ModelManifest Manifest, ModelCheck Check)?)null : plan.Publish(trained, context);
        log.Append(new RoundRecord(
            TimeUtc: context.Clock.GetUtcNow(),
            Round: published?.Manifest.Round,
            Reason: reason,
            Labels: labels.Rows.Count,
            NewLabels: summary.NewLabels,
            HoldoutRows: earlier.Rows,
            HoldoutAccuracy: earlier.Accuracy,
            AccuracyBefore: earlier.AccuracyBefore,
            Agreement: agreement,
            GainPer100: gain,
            LabelsSha256: labels.Hash)
        { PartialRows = labels.Partial.Count });
        return summary with
        {
            Notes = [.. notes.Lines, .. labels.Notes],
            Published = published is not null,
            Calibration = published?.Manifest.Calibration,
            Reason = reason,
            Round = published?.Manifest.Round ?? summary.Round,
            Model = published?.Folder ?? summary.Model,
            Labels = labels.Rows.Count,
            PartialRows = labels.Partial.Count,
            HoldoutRows = earlier.Rows,
            HoldoutAccuracy = earlier.Accuracy,
            AccuracyBefore = earlier.AccuracyBefore,
            Agreement = agreement,
            GainPer100 = gain,
            Advice = StoppingAdvice.Of(gain, [.. past.Agreements, .. agreement is null ? Array.Empty<Agreement>() : [agreement]]),
        };
    }

    private void Write(RoundLabels labels)
    {
        folder.Write(labels.Rows.Select(r => (r.Id, r.Label)), labels.Consensus.Disagreements, labels.Remarks, labels.Answers);
        if (labels.Votes is { } votes)
        {
            ConsensusFiles.WriteBeside(folder.Root, votes, context.Stopping);
        }
    }

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
            + (fewer > 0 && was - accuracy < HoldoutResults.MarginOf(was, rows) ? ", which may be chance" : "")
            + (missed is not { } least ? "" : least > 0 || fewer <= 0 ? FormattableString.Invariant($", expected a gain of {100 * least:F1} points or more") : ": the labels are kept and count in the next round")
            + (missed is null ? "" : "; --publish-worse publishes it all the same");
    }
}
