namespace ParquetPool.Labels;

/// <summary>A label as it was read.</summary>
/// <param name="Part">Higher ones were read later: a part of the history, or a file.</param>
/// <param name="Source">The full path of the file it was read from.</param>
/// <param name="Sha256">The file's as it was then.</param>
/// <param name="ReadUtc">When it was read.</param>
public sealed record GivenLabel(int Part, LabelEntry Entry, string Source, string Sha256, DateTimeOffset ReadUtc)
{
    /// <summary>What says that it came later than others: a rule of <see cref="LabelFiles"/>.</summary>
    public string OrderedBy { get; init; } = "";
}
