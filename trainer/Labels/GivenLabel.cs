using ParquetPool.Contract;

namespace ParquetPool.Trainer.Labels;

/// <summary>A label of the history.</summary>
/// <param name="Part">The part of the history it stands in: higher ones were read later.</param>
/// <param name="Source">The full path of the file it was read from.</param>
/// <param name="Sha256">The file's as it was then.</param>
/// <param name="ReadUtc">When it was read.</param>
public sealed record GivenLabel(int Part, LabelEntry Entry, string Source, string Sha256, DateTimeOffset ReadUtc);
