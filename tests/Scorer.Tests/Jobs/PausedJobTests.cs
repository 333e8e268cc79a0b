using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Jobs;

/// <summary>Jobs that start nothing by themselves.</summary>
public sealed class PausedJobTests : SchedulerTests
{
    [Fact]
    public async Task APausedJobStartsNothingByItselfAlsoAfterAStartAndWhatIsNewWaits()
    {
        var both = Nightly() with { Triggers = [.. Nightly().Triggers, new NewRoundTrigger(Folder.File("models/task"))] };
        Serve(both);
        await Pass(TimeSpan.FromSeconds(1));
        Scheduler.Pause(both, isPaused: true);
        Stop();
        Serve(both);
        Publish(1);
        await Pass(TimeSpan.FromDays(2), ticks: 20);
        Begun.Should().BeEmpty();

        Scheduler.RunNow(both);
        await Scheduler.Idle();
        Begun.Should().ContainSingle("what a person starts runs all the same");
        Publish(2);
        Scheduler.Pause(both, isPaused: false);
        await Pass(TimeSpan.FromSeconds(10), ticks: 2);

        Begun.Select(b => b.Run.Cause).Should().Equal(["by hand", $"round of {Folder.File("models/task")}: round-0002"], "times that passed are passed over, a round is not");
    }

    [Fact]
    public async Task AJobThatNeverRanIsResumedAndOneWhosePauseCannotBeReadStaysPaused()
    {
        Serve(Nightly());
        Scheduler.Pause(Nightly(), isPaused: false);
        Scheduler.Pause(Nightly(), isPaused: true);
        File.WriteAllText(Directory.EnumerateFiles(Folder.File("state", "runs", "nightly")).Single(), "{ \"since\": ");
        Stop();
        Serve(Nightly());

        await Pass(TimeSpan.FromDays(2), ticks: 4);
        Begun.Should().BeEmpty();
        Scheduler.Pause(Nightly(), isPaused: false);
        await Pass(TimeSpan.FromDays(1), ticks: 4);

        Begun.Should().ContainSingle();
    }
}
