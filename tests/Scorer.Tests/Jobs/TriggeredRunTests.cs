using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Jobs;

/// <summary>Runs that rounds, shards and other jobs start.</summary>
public sealed class TriggeredRunTests : SchedulerTests
{
    [Fact]
    public async Task ANewRoundStartsARunAndOneThatComesMeanwhileStartsAnother()
    {
        Serve(Nightly() with { Triggers = [new NewRoundTrigger(Folder.File("models/task"))] });
        await Pass(TimeSpan.FromMinutes(1));
        Begun.Should().BeEmpty("no round is published yet");

        Publish(1);
        Command = (_, _) =>
        {
            if (Begun.Count == 1)
            {
                Publish(2);
            }
            return Task.FromResult(Good);
        };
        await Pass(TimeSpan.FromMinutes(5), ticks: 20);

        Begun.Select(b => b.Run.Seen.Values.Single()).Should().Equal("round-0001", "round-0002");
    }

    [Fact]
    public async Task NewShardsStartARunWhenTheyHaveStayedTheSame()
    {
        Serve(Nightly() with { Triggers = [new NewShardsTrigger(Folder.File("pool"), TimeSpan.FromMinutes(1))] });
        File.WriteAllText(Folder.File("pool", "a.parquet"), "1");
        await Pass(TimeSpan.FromSeconds(40));
        File.WriteAllText(Folder.File("pool", "a.parquet"), "12");
        await Pass(TimeSpan.FromSeconds(40));
        Begun.Should().BeEmpty("the shard was still being written");

        await Pass(TimeSpan.FromSeconds(90), ticks: 20);
        Begun.Should().HaveCount(1);
        await Pass(TimeSpan.FromHours(1), ticks: 20);
        Begun.Should().HaveCount(1);
        File.WriteAllText(Folder.File("pool", "b.parquet"), "1");
        await Pass(TimeSpan.FromMinutes(5), ticks: 20);

        Begun.Should().HaveCount(2);
    }

    [Fact]
    public async Task AJobFollowsAnotherAndIsGivenItsOutput()
    {
        var query = new Job("query", "select", [new JobOption("--scores", ["{nightly}"])], Folder.File("query")) { Triggers = [new AfterTrigger("nightly")] };
        Serve(Nightly(), query);
        await Pass(TimeSpan.FromHours(1));
        Begun.Should().BeEmpty();

        Scheduler.RunNow(Nightly());
        await Pass(TimeSpan.FromMinutes(1), ticks: 10);

        Begun.Select(b => b.Run.Job).Should().Equal("nightly", "query");
        Begun[1].Arguments.Should().ContainInOrder("--scores", Begun[0].Run.Out);
    }

    [Fact]
    public async Task AFolderThatIsAwayKeepsNoOtherJobFromRunning()
    {
        var away = true;
        var blind = new Job("blind", "score", [], Folder.File("blind")) { Triggers = [new FailingTrigger(() => away)] };
        Serve(blind, Nightly() with { Triggers = [new NewRoundTrigger(Folder.File("models/task"))] });
        Publish(1);

        await Pass(TimeSpan.FromMinutes(1), ticks: 4);
        Begun.Select(b => b.Run.Job).Should().Equal("nightly");
        Scheduler.RunNow(blind);
        await Pass(TimeSpan.FromMinutes(1), ticks: 4);
        Begun.Select(b => b.Run.Job).Should().Equal("nightly", "blind");
        away = false;
        await Pass(TimeSpan.FromMinutes(1), ticks: 4);

        Begun.Select(b => b.Run.Job).Should().Equal(["nightly", "blind", "blind"], "what it could not see is news when it can");
    }

    private sealed record FailingTrigger(Func<bool> IsAway) : WatchTrigger("share")
    {
        public override string Words => "when the share changes";

        public override string? Seen(Func<string, string?> finished) => IsAway() ? throw new DirectoryNotFoundException("Could not find a part of the path '/mnt/share'.") : "3 shards";
    }
}
