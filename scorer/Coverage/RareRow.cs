using ParquetPool.Scorer.Selection;

namespace ParquetPool.Scorer.Coverage;

/// <summary>A row and how thinly others lie around it.</summary>
/// <param name="Rarity">In nats; see <see cref="Statistics.RowDensity"/>.</param>
internal readonly record struct RareRow(Candidate Row, double Rarity);
