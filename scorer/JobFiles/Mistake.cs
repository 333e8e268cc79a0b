namespace ParquetPool.Scorer.JobFiles;

/// <summary>What is wrong in a jobs file, and where.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
public sealed record Mistake(int Line, int Column, string Message)
{
    public override string ToString() => FormattableString.Invariant($"{Line}:{Column}: {Message}");
}
