using ParquetPool.Errors;
using ParquetPool.Scorer.JobFiles;

namespace ParquetPool.Scorer.Tests.JobFiles;

public sealed class CronReaderTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>As crontab(5) says: both days must fit where one begins with a star, either where none does.</summary>
    [Theory]
    [InlineData("0 3 */2 * 1", "odd and Monday")]
    [InlineData("0 3 */2 * MON", "odd and Monday")]
    [InlineData("0 3 */2  *  1", "odd and Monday")]
    [InlineData("0 3 1 * */7", "first and Sunday")]
    [InlineData("0 3 1 * 1", "first or Monday")]
    [InlineData("0 3 1-31/2 * 1", "odd or Monday")]
    [InlineData("0 3 */1 * 1", "Monday")]
    [InlineData("0 3 * * 1", "Monday")]
    [InlineData("0 3 */2 * *", "odd")]
    public void DaysAreThoseOfCron(string text, string days)
    {
        Func<DateTimeOffset, bool> fits = days switch
        {
            "odd and Monday" => day => day.Day % 2 == 1 && day.DayOfWeek == DayOfWeek.Monday,
            "first and Sunday" => day => day.Day == 1 && day.DayOfWeek == DayOfWeek.Sunday,
            "first or Monday" => day => day.Day == 1 || day.DayOfWeek == DayOfWeek.Monday,
            "odd or Monday" => day => day.Day % 2 == 1 || day.DayOfWeek == DayOfWeek.Monday,
            "Monday" => day => day.DayOfWeek == DayOfWeek.Monday,
            _ => day => day.Day % 2 == 1,
        };
        var expected = Enumerable.Range(0, 800).Select(day => Start.AddDays(day).AddHours(3)).Where(fits).ToList();

        Times(text, expected.Count).Should().Equal(expected);
    }

    [Theory]
    [InlineData("0 3 31 2 *")]
    [InlineData("0 3 30 2 ?")]
    [InlineData("0 3 31 4,6,9,11 *")]
    [InlineData("0 0 3 1 1 ? 2019")]
    public void WhatNeverComesHasNoTime(string text) => CronReader.Read(text, TimeZoneInfo.Utc, runMissed: true).After(Start).Should().BeNull();

    [Fact]
    public void ALeapDayComesHoweverFarItIs()
    {
        Times("0 3 29 2 *", 2).Should().Equal(new DateTimeOffset(2028, 2, 29, 3, 0, 0, TimeSpan.Zero), new DateTimeOffset(2032, 2, 29, 3, 0, 0, TimeSpan.Zero));
        Times("0 3 */28 2 4", 3).Should().OnlyContain(time => time.Month == 2 && (time.Day == 1 || time.Day == 29) && time.DayOfWeek == DayOfWeek.Thursday);
    }

    /// <summary>In Berlin the hour from 2 is missing on 29 March 2026 and comes twice on 25 October.</summary>
    [Theory]
    [InlineData("30 2 * * *", 1, 1)]
    [InlineData("30 2 */28 * 0", 1, 0)]
    [InlineData("0 3 * * *", 1, 1)]
    [InlineData("0 * * * *", 23, 25)]
    [InlineData("*/15 * * * *", 92, 100)]
    [InlineData("0 */2 * * *", 12, 13)]
    [InlineData("0 30 2 * * ?", 1, 1)]
    public void WhereClocksAreChangedADailyTimeComesOnceAndAnHourlyOneEachHour(string text, int inMarch, int inOctober)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

        foreach (var (start, hours, expected) in new[] { (new DateTimeOffset(2026, 3, 28, 23, 0, 0, TimeSpan.Zero), 23, inMarch), (new DateTimeOffset(2026, 10, 24, 22, 0, 0, TimeSpan.Zero), 25, inOctober) })
        {
            var times = Times(text, 101, zone, start).TakeWhile(time => time < start.AddHours(hours)).ToList();

            times.Should().HaveCount(expected, string.Join(", ", times)).And.OnlyHaveUniqueItems();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("* * *")]
    [InlineData("61 3 */2 * 1")]
    [InlineData("0 3 */0 * 1")]
    [InlineData("0 3 */99999999999 * 1")]
    [InlineData("\uFFFD \uFFFD * * *")]
    public void WhatIsNoExpressionIsToldInOneLine(string text) =>
        FluentActions.Invoking(() => CronReader.Read(text, TimeZoneInfo.Utc, runMissed: true)).Should().Throw<DataException>().WithMessage($"'{text}' is no cron expression*").Which.Message.Should().NotContain("\n");

    private static List<DateTimeOffset> Times(string text, int count) => Times(text, count, TimeZoneInfo.Utc, Start);

    private static List<DateTimeOffset> Times(string text, int count, TimeZoneInfo zone, DateTimeOffset start)
    {
        var trigger = CronReader.Read(text, zone, runMissed: true);
        var times = new List<DateTimeOffset>();
        for (var time = trigger.After(start.AddSeconds(-1)); time is not null && times.Count < count; time = trigger.After(time.Value))
        {
            times.Add(time.Value);
        }
        return times;
    }
}
