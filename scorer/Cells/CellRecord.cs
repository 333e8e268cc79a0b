using System.Runtime.InteropServices;
using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Cells;

/// <summary>A row of a block as bytes: its squared norm, its fingerprint, its number and its scaled vector, little-endian.</summary>
internal static class CellRecord
{
    private const int FingerprintAt = sizeof(double);
    private const int RowAt = FingerprintAt + 16;
    private const int VectorAt = RowAt + sizeof(int);

    /// <summary>Of a row.</summary>
    public static int Bytes(int width) => VectorAt + (width * sizeof(float));

    public static void Write(Span<byte> to, EmbeddingBlock block, int index)
    {
        MemoryMarshal.Write(to, block.SquaredNormAt(index));
        MemoryMarshal.Write(to[FingerprintAt..], block.FingerprintAt(index));
        MemoryMarshal.Write(to[RowAt..], block.RowAt(index));
        MemoryMarshal.AsBytes(block.VectorAt(index)).CopyTo(to[VectorAt..]);
    }

    /// <summary>The row's number as written.</summary>
    public static int RowOf(ReadOnlySpan<byte> record) => MemoryMarshal.Read<int>(record[RowAt..]);

    /// <summary>Appends the row to a block of the same width.</summary>
    public static void Read(ReadOnlySpan<byte> record, EmbeddingBlock block, int row, string id) =>
        block.Add(MemoryMarshal.Cast<byte, float>(record[VectorAt..]), MemoryMarshal.Read<double>(record), row, id, MemoryMarshal.Read<UInt128>(record[FingerprintAt..]));
}

/// <summary>Rows by cell that stand in a file of an earlier index, cell after cell, and those added to them.</summary>
/// <param name="runs">[cell]: the run of its rows in the file.</param>
/// <param name="added">Takes the rows that are added; belongs to this.</param>
internal sealed class SavedCells(CellRuns file, IReadOnlyList<(long Position, long Bytes)> runs, ICellRows added) : ICellRows
{
    /// <inheritdoc/>
    public void Add(int cell, EmbeddingBlock block, int index) => added.Add(cell, block, index);

    /// <inheritdoc/>
    public void Complete() => added.Complete();

    /// <inheritdoc/>
    public IEnumerable<EmbeddingBlock> Read(int cell, EmbeddingBlock block) => file.Read([runs[cell]], block).Concat(added.Read(cell, block));

    /// <inheritdoc/>
    public void Dispose() => added.Dispose();
}
