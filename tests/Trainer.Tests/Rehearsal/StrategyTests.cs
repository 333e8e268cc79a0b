using ParquetPool.Errors;
using ParquetPool.Trainer.Rehearsal;

namespace ParquetPool.Trainer.Tests.Rehearsal;

public sealed class StrategyTests
{
    [Theory]
    [InlineData("random", "random", null, false, false)]
    [InlineData("margin", "top", "margin", false, false)]
    [InlineData("margin+single", "top", "margin", true, false)]
    [InlineData("bald+frozen", "top", "bald", false, false, true)]
    [InlineData("bald+unique", "top", "bald", false, true)]
    [InlineData("power:entropy+single+unique", "power", "entropy", true, true)]
    [InlineData("batchbald", "batchbald", null, false, false)]
    [InlineData("ideal-loss-low", "ideal-loss-low", null, false, false)]
    public void Reads_names_scores_and_modifiers(string text, string selection, string? by, bool single, bool unique, bool frozen = false) =>
        Strategy.Parse(text).Should().Be(new Strategy(text, selection, by, single, unique, frozen));

    [Theory]
    [InlineData("margn", "'margn' is no strategy, expected one of least_confidence")]
    [InlineData("margin+quick", "'quick' is no modifier, expected one of single, unique, frozen")]
    [InlineData("bald+single", "bald is made by a committee")]
    [InlineData("batchbald+single", "batchbald is made by a committee")]
    [InlineData("power:fame", "--by 'fame' is no score")]
    [InlineData("ideal-loss+unique", "takes neither a score nor +single")]
    public void Says_what_is_wrong(string text, string message) =>
        FluentActions.Invoking(() => Strategy.Parse(text)).Should().Throw<UsageException>().WithMessage($"*{message}*");
}
