using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Programs;

/// <summary>The members' part of a committee as steps on unit vectors, behind a graph that computes what the members share.</summary>
/// <remarks>
/// A unit vector holds one unit's numbers for all rows of a tile. Gathering units, cutting and joining vectors are then only lists of
/// places, and each row's result has the same bits in any tile.
/// </remarks>
/// <param name="Shared">The graph of what the members share.</param>
/// <param name="Inputs">Its outputs, [unit, row], and their units, in the order of their places, from place 0 on.</param>
/// <param name="Steps">All members' steps in order.</param>
/// <param name="Logits">The place of the first member's first logit; [member, class] follow.</param>
/// <param name="Places">The places there are.</param>
internal sealed record UnitProgram(ModelProto Shared, IReadOnlyList<(string Name, int Units)> Inputs, UnitStep[] Steps, int Logits, int Places)
{
    /// <summary>Rows of a tile are a multiple of this.</summary>
    public const int RowMultiple = 64;

    private const int RowStep = 16;

    /// <summary>Runs all steps on the first rows of one tile: of the others nothing is computed, as shards of a few rows have many.</summary>
    /// <param name="units">[place, row], the shared units filled in; the logits are in it afterwards.</param>
    /// <param name="tileRows">Rows of the tile.</param>
    /// <param name="rows">How many are wanted.</param>
    public unsafe void Run(Span<float> units, int tileRows, int rows)
    {
        var computed = (rows + RowStep - 1) / RowStep * RowStep;
        fixed (float* first = units)
        {
            foreach (var step in Steps)
            {
                step.Run(first, tileRows, computed);
            }
        }
    }
}
