using ParquetPool.Commands;

namespace ParquetPool.Shared.Tests.Commands;

public class ProgressDisplayTests
{
    [Fact]
    public async Task A_rate_below_one_is_told_as_it_is()
    {
        var (clock, lines) = (new ManualClock(DateTimeOffset.UnixEpoch), new StringWriter());
        var display = new ProgressDisplay(ProgressMode.Lines, lines, clock);

        await display.RunAsync("training", 3, "epochs", advance =>
        {
            clock.Advance(TimeSpan.FromSeconds(8));
            advance(2);
            clock.Advance(TimeSpan.FromSeconds(4));
            advance(1);
            return Task.FromResult(0);
        });

        lines.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Should().Equal(
            "training: 2 of 3 epochs, 0.25 epochs/s, 4 s left",
            "training: 3 epochs in 12.0 s, 0.25 epochs/s");
    }
}
