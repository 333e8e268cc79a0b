using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Jobs;

public sealed class CronWordsTests
{
    [Theory]
    [InlineData("30 2 * * *", "at 02:30")]
    [InlineData("30 2 * * MON-FRI", "at 02:30, Monday to Friday")]
    [InlineData("0 6,18 * * 0", "at 06:00 and 18:00, Sunday")]
    [InlineData("0 0 30 2 * * ?", null)]
    [InlineData("0 30 2 ? * 2", "at 02:30, Monday")]
    [InlineData("*/15 * * * *", "every 15 minutes")]
    [InlineData("* * * * *", "every minute")]
    [InlineData("*/1 * * * *", "every minute")]
    [InlineData("5 * * * *", "every hour at minute 5")]
    [InlineData("0 */6 * * *", "every 6 hours at minute 0")]
    [InlineData("0 3 1,15 * *", "at 03:00, on day 1, 15 of the month")]
    [InlineData("0 3 1 1,jul *", "at 03:00, on day 1 of the month, in January, July")]
    [InlineData("0 3 1 * MON", null)]
    [InlineData("0/7 * 2 * * ?", null)]
    [InlineData("10-20 * * * *", null)]
    [InlineData("*/7 * * * *", null)]
    public void AnExpressionIsSaidInWordsWhereFewWillDo(string text, string? expected) => CronWords.Of(text).Should().Be(expected);
}
