using System.Runtime.InteropServices;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>Rows by cell, in a file that vanishes with this: each cell's rows stand in runs.</summary>
/// <remarks>
/// Memory: <see cref="BufferBytes"/> for the runs that are being filled, or 8 rows a cell where that is more, and 16 bytes a run. Rows may be added by several
/// threads; they are read back, by any number, once all are added.
/// </remarks>
internal sealed class CellFile : ICellRows
{
    private const int BufferBytes = 64 << 20;
    private const int LeastRows = 8;
    private const int RowsAtOnce = 32;

    private readonly FileStream file;
    private readonly int width;
    private readonly Func<int, string> idOf;
    private readonly byte[][] filling;
    private readonly int[] filled;
    private readonly List<(long Position, int Bytes)>[] runs;
    private long end;

    /// <param name="idOf">The id of a row by its number.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public CellFile(string path, int cells, int width, Func<int, string> idOf)
    {
        file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        (this.width, this.idOf) = (width, idOf);
        var rows = Math.Max(LeastRows, BufferBytes / cells / RowBytes);
        filling = [.. Enumerable.Range(0, cells).Select(_ => new byte[rows * RowBytes])];
        runs = [.. Enumerable.Range(0, cells).Select(_ => new List<(long, int)>())];
        filled = new int[cells];
    }

    // The vector, the row's number, the fingerprint.
    private int RowBytes => (width * sizeof(float)) + sizeof(int) + Marshal.SizeOf<UInt128>();

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Add(int cell, EmbeddingBlock block, int index)
    {
        lock (filling[cell])
        {
            var target = filling[cell].AsSpan(filled[cell], RowBytes);
            MemoryMarshal.AsBytes(block.VectorAt(index)).CopyTo(target);
            MemoryMarshal.Write(target[(width * sizeof(float))..], block.RowAt(index));
            MemoryMarshal.Write(target[^Marshal.SizeOf<UInt128>()..], block.FingerprintAt(index));
            filled[cell] += RowBytes;
            if (filled[cell] == filling[cell].Length)
            {
                Write(cell);
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Complete()
    {
        for (var cell = 0; cell < filling.Length; cell++)
        {
            if (filled[cell] > 0)
            {
                Write(cell);
            }
            filling[cell] = [];
        }
    }

    /// <inheritdoc/>
    public IEnumerable<EmbeddingBlock> Read(int cell, EmbeddingBlock block)
    {
        block.Clear();
        var vector = new float[width];
        var some = new byte[RowsAtOnce * RowBytes];
        foreach (var (position, bytes) in runs[cell])
        {
            for (var done = 0; done < bytes; done += some.Length)
            {
                var read = Math.Min(some.Length, bytes - done);
                Fill(some.AsSpan(0, read), position + done);
                for (var at = 0; at < read; at += RowBytes)
                {
                    var row = MemoryMarshal.Read<int>(some.AsSpan(at + (width * sizeof(float))));
                    MemoryMarshal.Cast<byte, float>(some.AsSpan(at, width * sizeof(float))).CopyTo(vector);
                    block.TryAdd(vector, row, idOf(row), MemoryMarshal.Read<UInt128>(some.AsSpan(at + RowBytes - Marshal.SizeOf<UInt128>())));
                    if (block.Count == block.Capacity)
                    {
                        yield return block;
                        block.Clear();
                    }
                }
            }
        }
        if (block.Count > 0)
        {
            yield return block;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void Fill(Span<byte> bytes, long position)
    {
        while (bytes.Length > 0)
        {
            var count = RandomAccess.Read(file.SafeFileHandle, bytes, position);
            if (count == 0)
            {
                throw new EndOfStreamException($"{file.Name} was cut short while it was in use");
            }
            bytes = bytes[count..];
            position += count;
        }
    }

    private void Write(int cell)
    {
        var position = Interlocked.Add(ref end, filled[cell]) - filled[cell];
        RandomAccess.Write(file.SafeFileHandle, filling[cell].AsSpan(0, filled[cell]), position);
        runs[cell].Add((position, filled[cell]));
        filled[cell] = 0;
    }
}
