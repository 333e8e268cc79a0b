namespace ParquetPool.Scorer.Purging;

/// <summary>The last line of <c>scorer purge</c>, and <c>purge.json</c>.</summary>
/// <param name="Clean">The folder of the clean shards.</param>
/// <param name="Removed">Where every removed row stands with its reason.</param>
/// <param name="Rows">Rows of the purged shards before.</param>
/// <param name="CleanRows">After.</param>
/// <param name="Leaked">Removed rows that double a row of a split whose rows are rather kept.</param>
/// <param name="Repeated">Removed rows that double a row of their own split that stays.</param>
/// <param name="Rules">Removed rows by the rule that removed them.</param>
/// <param name="UnjudgedPairs">Listed pairs that nobody judged and so, unless byte-identical, removed nothing; null with a threshold.</param>
/// <param name="Replaced">Removed rows that a spare row replaces.</param>
/// <param name="RanOut">Removed rows without a replacement, by class; empty where none was asked for.</param>
/// <param name="ReplacementsChecked">Whether an audit of the spare rows was looked at.</param>
/// <param name="Uncompared">Rows that stay and double removed rows alone, as far as the audit lists pairs; they could not be compared with the rows that stay.</param>
/// <param name="Files">The folder of the copied pictures; null where none were asked for.</param>
internal sealed record PurgeSummary(
    string Command, string Clean, string Removed, long Rows, long CleanRows, int Leaked, int Repeated, IReadOnlyDictionary<string, int> Rules,
    int? UnjudgedPairs, int Replaced, IReadOnlyDictionary<string, int> RanOut, bool ReplacementsChecked, int Uncompared = 0, string? Files = null);
