using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>Query rows of a join that lie close together.</summary>
/// <param name="Centre">The number of the direction they lie around.</param>
/// <param name="Rows">Where each of them is: the query block's number and the place in it.</param>
/// <param name="Coordinates">[row, coordinate and remainder].</param>
/// <param name="Least">No row whose cosine with the centre is smaller, as computed in float, has a partner here.</param>
/// <param name="Most">Nor one whose cosine with the centre is larger.</param>
internal sealed record JoinCell(int Centre, IReadOnlyList<(int Block, int Index)> Rows, TensorBuffer Coordinates, float Least, float Most);
