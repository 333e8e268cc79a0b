using System.Runtime.InteropServices;

namespace ParquetPool.Scorer.Neighbours;

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
