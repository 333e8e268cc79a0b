using ParquetPool.Scorer.Selection;

namespace ParquetPool.Scorer.Novelty;

/// <summary>A row and the cluster whose centre is nearest to it.</summary>
/// <param name="Distance">To the centre.</param>
internal readonly record struct PlacedRow(Candidate Row, int Cluster, double Distance);
