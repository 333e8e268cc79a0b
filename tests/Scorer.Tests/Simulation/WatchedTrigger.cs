using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Simulation;

/// <summary>What is watched here is a word.</summary>
internal sealed record WatchedTrigger(Func<string?> Word) : WatchTrigger("word")
{
    public override string Words => "when a word changes";

    public override string? Seen(Func<string, string?> finished) => Word();
}
