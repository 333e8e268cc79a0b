namespace ParquetPool.Shards;

/// <summary>Streams rows into one Parquet file.</summary>
/// <remarks>
/// Rows go to a <see cref="Storage.TemporaryFile"/>; <see cref="Complete"/> brings them to the disk and renames, <see cref="Dispose"/> without it
/// leaves nothing. Memory is bounded by one row group, about 16 MB. The same rows give the same bytes, however they are cut into
/// <see cref="Write"/> calls. Encoding runs on a thread of its own; the members are for one thread at a time.
/// </remarks>
public sealed class ShardWriter : IDisposable
{
    private const int GuessedTextBytes = 32;

    private readonly string path;
    private readonly IReadOnlyList<ShardColumn> columns;
    private readonly RowHandover handover;
    private readonly Thread thread;
    private readonly Array[] offered;
    private Exception? failure;
    private bool finished;

    /// <summary>Starts the file; its folder is made where missing.</summary>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="ArgumentException">No columns, or a vector column without a width.</exception>
    public ShardWriter(string path, IReadOnlyList<ShardColumn> columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfZero(columns.Count);
        foreach (var column in columns.Where(column => column.IsVector))
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(column.Width, column.Name);
        }

        this.path = path;
        this.columns = [.. columns];
        handover = new(this.columns);
        offered = new Array[columns.Count];
        OutputFile.Create(path);
        thread = new Thread(Encode) { IsBackground = true, Name = "shard writer" };
        thread.Start();
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
        columns.CopyTo(offered);
        if (rows > 0 && !handover.Give(offered, rows))
        {
            Finish(completing: false);
            throw failure!;
        }
    }

    /// <summary>Finishes the file, brings it to the disk and gives it its name, replacing a file that has it.</summary>
    /// <exception cref="IOException">The disk is full or the file is gone; names the path.</exception>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(finished, this);
        Finish(completing: true);
        if (failure is not null)
        {
            throw failure;
        }
    }

    public void Dispose()
    {
        if (!finished)
        {
            Finish(completing: false);
        }
    }

    private void Finish(bool completing)
    {
        finished = true;
        handover.End(aborting: !completing);
        thread.Join();
        handover.Dispose();
        if (completing && failure is null)
        {
            OutputFile.Publish(path);
        }
        else
        {
            OutputFile.Discard(path);
        }
    }

    private void Encode()
    {
        try
        {
            using var duckDb = new DuckDb();
            duckDb.Register("rows_to_write", new Feed(columns, handover.Fill));
            duckDb.Execute($"COPY (SELECT * FROM rows_to_write()) TO {Sql.Text(OutputFile.TemporaryName(path))} ({Options})");
        }
        catch (DuckDbException refused)
        {
            failure = OutputFile.Unwritable(path, refused.Reason, refused);
        }
#pragma warning disable CA1031 // Whatever ends this thread reaches the caller of Write or Complete.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            failure = unexpected;
        }
        finally
        {
            handover.Stop();
        }
    }

    private string Options => $"FORMAT parquet, COMPRESSION snappy, USE_TMP_FILE false, ROW_GROUP_SIZE {RowGroup.Rows(columns.Sum(RowBytes))}";

    private static long RowBytes(ShardColumn column) => column.Type switch
    {
        ShardType.FloatList or ShardType.FloatBlob => (long)column.Width * sizeof(float),
        ShardType.Text => GuessedTextBytes,
        _ => sizeof(double),
    };
}
