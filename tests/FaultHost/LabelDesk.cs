using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Exports;
using ParquetPool.Labels;
using ParquetPool.Trainer.Labels;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.FaultHost;

/// <summary>What a round does with labels, in its order, without the training: the history, the labels that stand, the list of rounds.</summary>
/// <param name="inbox">The folder of the label files.</param>
/// <param name="task">The folder of the task's labels.</param>
/// <param name="leavesBadFilesOut">Whether it is a service's.</param>
internal sealed class LabelDesk(string inbox, string task, bool leavesBadFilesOut)
{
    public static CommandContext Context(TimeProvider clock) =>
        new(NullLogger.Instance, clock, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, clock), CancellationToken.None);

    public void Work(TimeProvider clock)
    {
        using var alone = new TaskLock(task);
        var (folder, log) = (new LabelFolder(task), new RoundLog(task));
        folder.RequireOurs();
        var history = new LabelHistory(task);
        new SheetReading(history, "label", () => false, leavesBadFilesOut ? new SetAside(task) : null, Context(clock)).Read(LabelFiles.Now([inbox]));
        var consensus = StandingLabels.Of(history.Labels, ClassNames.Of([], history.Labels.Select(l => l.Entry.Label)), match: null);
        var hash = TrainPlan.HashOf(consensus.Labels.Select(l => (l.Key, l.Value)));
        var isDone = log.Read() is [.., var last] && last.LabelsSha256 == hash;
        folder.Write(consensus.Labels.Select(l => (l.Key, l.Value)), consensus.Disagreements, []);
        if (!isDone)
        {
            log.Append(new RoundRecord(
                TimeUtc: clock.GetUtcNow(),
                Round: null,
                Reason: "not published",
                Labels: consensus.Labels.Count,
                NewLabels: 0,
                HoldoutRows: 0,
                HoldoutAccuracy: 0,
                AccuracyBefore: null,
                Agreement: null,
                GainPer100: null,
                LabelsSha256: hash));
        }
    }
}
