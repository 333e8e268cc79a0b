using ParquetPool.Columns;
using ParquetPool.Storage;

namespace ParquetPool.Shards;

/// <summary>Streams rows into one Parquet file.</summary>
/// <remarks>
/// Rows go to a <see cref="Storage.TemporaryFile"/>; <see cref="Complete"/> brings them to the disk and renames, <see cref="Dispose"/> without it
/// leaves nothing. Memory is bounded by one row group, about 8 MB, and what it takes to encode it. The same rows give the same bytes, however
/// they are cut into <see cref="Write"/> calls. Not thread-safe.
/// </remarks>
public sealed class ShardWriter : IDisposable
{
    private const int GuessedTextBytes = 32;
    private const int GuessedImageBytes = 4096;

    private readonly string path;
    private readonly IReadOnlyList<ShardColumn> columns;
    private readonly int groupRows;
    private readonly FileStream file;
    private readonly ParquetOutput output;
    private int held;
    private bool finished;

    /// <summary>Starts the file; its folder is made where missing.</summary>
    /// <param name="provenance">What the footer says of the file's origin.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="ArgumentException">No columns, or a vector column without a width.</exception>
    public ShardWriter(string path, IReadOnlyList<ShardColumn> columns, Provenance? provenance = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfZero(columns.Count);
        foreach (var column in columns.Where(column => column.IsVector))
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(column.Width, column.Name);
        }

        this.path = path;
        this.columns = [.. columns];
        groupRows = RowGroup.Rows(columns.Sum(RowBytes));
        file = WholeFile.Open(path);
        output = new ParquetOutput(file, [.. columns.Select(ShardColumns.Create)], provenance);
    }

    /// <summary>Appends rows.</summary>
    /// <param name="rows">How many of the arrays' first entries are written; 0 is allowed.</param>
    /// <param name="columns">One array per column, in the order of the constructor, of the type that <see cref="ShardType"/> tells. They may be reused once this returns.</param>
    /// <exception cref="ArgumentException">An array is missing, of another type or too short.</exception>
    /// <exception cref="IOException">The disk is full or the file is gone; names the path.</exception>
    public void Write(int rows, params ReadOnlySpan<Array> columns)
    {
        ObjectDisposedException.ThrowIf(finished, this);
        RowArrays.Check(this.columns, rows, columns);
        for (var next = 0; next < rows;)
        {
            var part = Math.Min(rows - next, groupRows - held);
            for (var column = 0; column < columns.Length; column++)
            {
                ShardColumns.Append(output.Columns[column], this.columns[column], columns[column], next, part);
            }

            (next, held) = (next + part, held + part);
            if (held == groupRows)
            {
                EndGroup();
            }
        }
    }

    /// <summary>Finishes the file, brings it to the disk and gives it its name, replacing a file that has it.</summary>
    /// <returns>SHA-256 of its bytes, 64 lower-case hexadecimal digits.</returns>
    /// <exception cref="IOException">The disk is full or the file is gone; names the path.</exception>
    public string Complete()
    {
        ObjectDisposedException.ThrowIf(finished, this);
        if (held > 0)
        {
            EndGroup();
        }

        var hash = "";
        Guard(() =>
        {
            hash = output.Complete();
            file.Flush(flushToDisk: true);
            WrittenHashes.Remember(path, WholeFile.TemporaryName(path), hash);
        });
        Close();
        try
        {
            WholeFile.Rename(path);
        }
        catch
        {
            WholeFile.Discard(path);
            throw;
        }
        return hash;
    }

    public void Dispose()
    {
        if (!finished)
        {
            Close();
            WholeFile.Discard(path);
        }
    }

    private void EndGroup()
    {
        Guard(output.EndGroup);
        held = 0;
    }

    /// <summary>A file that cannot be written is given up at once.</summary>
    private void Guard(Action write)
    {
        try
        {
            WholeFile.Guard(path, write);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private void Close()
    {
        finished = true;
        output.Dispose();
        file.Dispose();
    }

    private static long RowBytes(ShardColumn column) => column.Type switch
    {
        ShardType.FloatList or ShardType.FloatBlob => (long)column.Width * sizeof(float),
        ShardType.Bytes => column.Width,
        ShardType.Text => GuessedTextBytes,
        ShardType.Image => GuessedImageBytes,
        _ => sizeof(double),
    };
}
