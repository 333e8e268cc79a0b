namespace ParquetPool.Labels;

/// <summary>What a reader should know of some labels of a file.</summary>
/// <param name="What">What is the matter with them, after their number.</param>
/// <param name="Example">The first one.</param>
public sealed record LabelNote(string What, int Count, string Example)
{
    public override string ToString() => $"{Count} {What} ({Example})";
}
