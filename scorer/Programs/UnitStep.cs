namespace ParquetPool.Scorer.Programs;

/// <summary>One operation of a <see cref="UnitProgram"/>, on unit vectors: the numbers that one unit has for all rows of a tile, side by side.</summary>
internal abstract unsafe class UnitStep
{
    /// <summary>Computes the step's unit vectors from others.</summary>
    /// <param name="units">[place, row]</param>
    /// <param name="stride">Rows of the tile, from one unit vector to the next.</param>
    /// <param name="rows">How many of them, the first, are computed: a multiple of 16.</param>
    public abstract void Run(float* units, int stride, int rows);
}
