using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Cells;

/// <summary>Rows by cell, in a file that vanishes with this: each cell's rows stand in runs.</summary>
/// <remarks>
/// Memory: <see cref="BufferBytes"/> for the runs that are being filled, or 8 rows a cell where that is more, and 16 bytes a run. Rows may be added by several
/// threads; they are read back, by any number, once all are added.
/// </remarks>
internal sealed class CellFile : ICellRows
{
    private const int BufferBytes = 64 << 20;
    private const int LeastRows = 8;

    private readonly FileStream file;
    private readonly int rowBytes;
    private readonly CellRuns reader;
    private readonly byte[][] filling;
    private readonly int[] filled;
    private readonly List<(long Position, long Bytes)>[] runs;
    private long end;

    /// <param name="idOf">The id of a row by its number.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public CellFile(string path, int cells, int width, Func<int, string> idOf)
    {
        file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        (rowBytes, reader) = (CellRecord.Bytes(width), new CellRuns(file, width, row => row, idOf));
        var rows = Math.Max(LeastRows, BufferBytes / cells / rowBytes);
        filling = [.. Enumerable.Range(0, cells).Select(_ => new byte[rows * rowBytes])];
        runs = [.. Enumerable.Range(0, cells).Select(_ => new List<(long, long)>())];
        filled = new int[cells];
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Add(int cell, EmbeddingBlock block, int index)
    {
        lock (filling[cell])
        {
            CellRecord.Write(filling[cell].AsSpan(filled[cell], rowBytes), block, index);
            filled[cell] += rowBytes;
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
    public IEnumerable<EmbeddingBlock> Read(int cell, EmbeddingBlock block) => reader.Read(runs[cell], block);

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void Write(int cell)
    {
        var position = Interlocked.Add(ref end, filled[cell]) - filled[cell];
        RandomAccess.Write(file.SafeFileHandle, filling[cell].AsSpan(0, filled[cell]), position);
        runs[cell].Add((position, filled[cell]));
        filled[cell] = 0;
    }
}
