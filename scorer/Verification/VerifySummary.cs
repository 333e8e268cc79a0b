namespace ParquetPool.Scorer.Verification;

/// <summary>The last line of <c>scorer verify</c>.</summary>
/// <param name="Files">Files that a list, a record, a manifest or their own footer tells of.</param>
public sealed record VerifySummary(string Command, string Folder, int Files, IReadOnlyList<FileFault> Faults);

/// <summary>A file that is not as it was written.</summary>
/// <param name="What"><c>missing</c>, <c>changed</c> or <c>unfinished</c>.</param>
public sealed record FileFault(string File, string What)
{
    public override string ToString() => $"{What,-10} {File}";
}
