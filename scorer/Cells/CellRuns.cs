using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Cells;

/// <summary>Reads rows of cells that stand in runs of a file. For any number of threads.</summary>
/// <param name="file">Stays with the caller.</param>
/// <param name="numberOf">The number of a row by the one in the file; below 0 to leave it out.</param>
/// <param name="idOf">The id of a row by its number.</param>
internal sealed class CellRuns(FileStream file, int width, Func<int, int> numberOf, Func<int, string> idOf)
{
    private const int RowsAtOnce = 64;

    /// <summary>Copies the rows of some runs into a block, as many at a time as it has room for.</summary>
    /// <returns>The block, filled anew each time.</returns>
    /// <exception cref="EndOfStreamException">The file was cut short.</exception>
    public IEnumerable<EmbeddingBlock> Read(IEnumerable<(long Position, long Bytes)> runs, EmbeddingBlock block)
    {
        block.Clear();
        var rowBytes = CellRecord.Bytes(width);
        var some = new byte[RowsAtOnce * rowBytes];
        foreach (var (position, bytes) in runs)
        {
            for (long done = 0; done < bytes; done += some.Length)
            {
                var read = (int)Math.Min(some.Length, bytes - done);
                Fill(some.AsSpan(0, read), position + done);
                for (var at = 0; at < read; at += rowBytes)
                {
                    var record = some.AsSpan(at, rowBytes);
                    if (numberOf(CellRecord.RowOf(record)) is >= 0 and var row)
                    {
                        CellRecord.Read(record, block, row, idOf(row));
                    }
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
}
