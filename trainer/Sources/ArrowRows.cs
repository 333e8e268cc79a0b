using Apache.Arrow;
using Apache.Arrow.Ipc;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Sources;

/// <summary>The batches of an Arrow file (magic <c>ARROW1</c>) or stream, one after another; one is held at a time.</summary>
internal sealed class ArrowRows : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private readonly string path;
    private readonly ArrowStreamReader reader;

    /// <exception cref="DataException">The file is missing, or neither.</exception>
    public ArrowRows(string path)
    {
        this.path = path;
        if (!File.Exists(path))
        {
            throw new DataException($"{path}: no such file: check the path");
        }
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
        Span<byte> start = stackalloc byte[6];
        var isFile = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("ARROW1"u8);
        file.Position = 0;
        reader = isFile ? new ArrowFileReader(file) : new ArrowStreamReader(file);
        try
        {
            Schema = Guard(() => reader.Schema ?? throw new InvalidDataException("it ends before its schema does"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Schema Schema { get; }

    /// <summary>From the first to the last.</summary>
    /// <exception cref="DataException">The file is damaged, or compressed.</exception>
    public IEnumerable<RecordBatch> Batches()
    {
        while (Guard(reader.ReadNextRecordBatch) is { } batch)
        {
            using (batch)
            {
                Guard(() => batch.ColumnCount >= Schema.FieldsList.Count ? batch.Arrays.All(column => ArrowRules.Require(column.Data, batch.Length, path)) : throw new InvalidDataException("a batch has fewer columns than the schema"));
                yield return batch;
            }
        }
    }

    public void Dispose() => reader.Dispose();

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not DataException)
        {
            throw new DataException($"{path}: not a readable Arrow file or stream ({e.Message.Split('\n')[0].TrimEnd('.', '\r')}): write it again, uncompressed", e);
        }
    }
}
