using ParquetPool.Randomness;
using ParquetPool.Scorer.Jobs;
using Quartz;

namespace ParquetPool.Scorer.Tests.Jobs;

public sealed class ScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 10, 24, 22, 10, 7, TimeSpan.Zero);

    [Theory]
    [InlineData("0/10 * * * * ?", "UTC")]
    [InlineData("0/7 * 2 * * ?", "Europe/Berlin")]
    [InlineData("0 30 2 * * ?", "Europe/Berlin")]
    [InlineData("0 0/15 9-17 ? * MON-FRI", "America/New_York")]
    [InlineData("0 0 0 1 1 ? 2027", "Asia/Kolkata")]
    public void TheLastTimeThatPassedIsThatOfVisitingAll(string cron, string zone)
    {
        var job = JobAt(cron, zone);
        var expression = CronExpression.Parse(cron).WithTimeZone(TimeZoneInfo.FindSystemTimeZoneById(zone));
        var random = new PhiloxStream(seed: 3, stream: 0);
        for (var trial = 0; trial < 100; trial++)
        {
            // Across the night in which Berlin's clocks go back.
            var looked = Start.AddSeconds(random.Uniform() * 20_000);
            var now = looked.AddSeconds(random.Uniform() * (trial % 2 == 0 ? 30 : 100_000));
            DateTimeOffset? expected = null;
            for (var time = expression.GetNextValidTimeAfter(looked); time <= now; time = expression.GetNextValidTimeAfter(time.Value))
            {
                expected = time;
            }

            Schedule.Passed(job, looked, now)?.Time.Should().Be(expected);
            (Schedule.Passed(job, looked, now) is null).Should().Be(expected is null);
        }
    }

    [Fact]
    public void OfSeveralExpressionsTheLastTimeCounts()
    {
        var job = new Job("j", "score", [], "/out") { Triggers = [Trigger("0 0 1 * * ?", "UTC"), Trigger("0 0 2 * * ?", "UTC")] };

        Schedule.Passed(job, Start, Start.AddHours(12))!.Value.Time.Hour.Should().Be(2);
        Schedule.Next(job, Start)!.Value.Hour.Should().Be(1);
    }

    private static Job JobAt(string cron, string zone) => new("j", "score", [], "/out") { Triggers = [Trigger(cron, zone)] };

    private static CronTrigger Trigger(string cron, string zone) => new(CronExpression.Parse(cron).WithTimeZone(TimeZoneInfo.FindSystemTimeZoneById(zone)), RunMissed: true);
}
