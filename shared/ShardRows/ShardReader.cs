using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.ShardRows;

/// <summary>Streams the rows of one shard, in file order, into batches.</summary>
/// <remarks>
/// Holds a private DuckDB instance on one thread and bounded memory: several readers read several shards at once. Not thread-safe.
/// One instance is kept for the reader that comes next: to clear memory anew took two thirds of the time of reading.
/// A feature column may be a list or fixed-size array of numbers (half, single and double precision, integers) or a blob of packed
/// little-endian numbers; only FLOAT lists and blobs of float32 are copied without a conversion, and blobs are the fastest.
/// </remarks>
public sealed class ShardReader : IDisposable
{
    private readonly Shard shard;
    private readonly RowSchema schema;
    private readonly DuckDb duckDb = DuckDb.Lent();
    private readonly LocalFile file;
    private readonly DuckDbQuery query;
    private readonly BlobType?[] blobs;
    private readonly bool[] known; // [column]: whether the footer says what its blobs are.
    private readonly bool canLackAll;
    private readonly RowFaults emptyId; // What an id of no length says.
    private readonly int givenAt = -1;
    private int nextOfChunk;
    private long nextOfShard;
    private bool isOpen;

    /// <summary>Opens the shard.</summary>
    /// <exception cref="DataException">The file is missing or not Parquet, or a column of the schema is missing or of a wrong type.</exception>
    public ShardReader(Shard shard, RowSchema schema)
    {
        (this.shard, this.schema, canLackAll) = (shard, schema, schema.Vectors.Count > 0 && schema.Vectors.All(v => v.Optional));
        try
        {
            file = StoredFiles.Open(shard.Path);
        }
        catch
        {
            duckDb.Dispose();
            throw;
        }
        try
        {
            var columns = ShardSchema.Read(duckDb, shard);
            var id = columns.RequireId();
            emptyId = RowIdText.IsFloat(id) ? RowFaults.InexactId : RowFaults.NullId;
            var vectors = schema.Vectors.Select(vector => columns.RequireVector(vector.Name)).ToArray();
            blobs = [.. vectors.Select(vector => vector.IsBlob ? vector.Blobs : (BlobType?)null)];
            isOpen = shard.Columns?.Blobs is null && vectors.Any(vector => vector is { IsBlob: true, IsPixels: false });
            known = [.. vectors.Select(vector => vector.IsPixels)];
            List<string> expressions = [RowIdText.Marked(id), .. vectors.Zip(schema.Vectors, (vector, asked) => vector.Shaped(asked.Shape))];
            if (schema.LabelColumn is { } label)
            {
                expressions.Add(columns.Require(label, column => column.IsLabelLike, "text, numbers or booleans").TextExpression);
            }

            if (GivenExpression(columns, schema) is { } given)
            {
                givenAt = expressions.Count;
                expressions.Add(given);
            }

            RowCount = ParquetFooter.Read(file.Path)?.Rows ?? duckDb.Integer($"SELECT num_rows FROM parquet_file_metadata({Sql.Text(Sql.Literal(file.Path))})") ?? 0;
            query = duckDb.Query($"SELECT {string.Join(", ", expressions)} FROM {Sql.ReadParquet(file.Path)}");
        }
        catch (DuckDbException refused)
        {
            Close();
            throw ShardSchema.Unreadable(shard.Path, refused);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>Rows of the shard, from its metadata.</summary>
    public long RowCount { get; }

    /// <summary>Fills the batch with the next rows, up to its capacity; false where none are left.</summary>
    /// <param name="batch">Made for a schema of the same vector columns.</param>
    /// <param name="ct">Looked at between chunks of 2,048 rows.</param>
    /// <exception cref="DataException">The file is corrupt.</exception>
    public bool Read(RowBatch batch, CancellationToken ct)
    {
        batch.Count = 0;
        batch.FirstRow = nextOfShard;
        try
        {
            while (batch.Count < batch.Capacity && (nextOfChunk < query.Count || NextChunk(ct)))
            {
                var rows = Math.Min(batch.Capacity - batch.Count, query.Count - nextOfChunk);
                Copy(batch, rows);
                batch.Count += rows;
                nextOfChunk += rows;
            }
        }
        catch (DuckDbException refused)
        {
            throw ShardSchema.Unreadable(shard.Path, refused);
        }

        nextOfShard += batch.Count;
        return batch.Count > 0;
    }

    public void Dispose()
    {
        query.Dispose();
        duckDb.Dispose();
        file.Dispose();
    }

    private void Close()
    {
        duckDb.Dispose();
        file.Dispose();
    }

    private static string? GivenExpression(ShardSchema columns, RowSchema schema)
    {
        List<string> given = [.. (schema.Given ?? []).Select(name => columns.Require(name, _ => true, "").GivenExpression).OfType<string>()];
        return given.Count == 0 ? null : $"concat_ws('|', {string.Join(", ", given)})";
    }

    private bool NextChunk(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        nextOfChunk = 0;
        var any = query.Next();
        if (any && isOpen)
        {
            isOpen = false;
            RequireFloats();
        }
        return any;
    }

    /// <summary>Bytes that nobody said are float32 are not read as such where they look like something else.</summary>
    private void RequireFloats()
    {
        for (var column = 0; column < blobs.Length; column++)
        {
            var at = column + 1;
            var sample = blobs[column] is null || known[column] ? [] : Enumerable.Range(0, query.Count).Where(row => query.IsValid(at, row) && query.Bytes(at, row).Length > 0).Take(BlobGuess.Sample).Select(row => query.Bytes(at, row).ToArray()).ToList();
            if (BlobGuess.Other(sample, schema.Vectors[column].Width) is { } other)
            {
                throw BlobGuess.Refusal(shard.Path, schema.Vectors[column].Name, sample[0].Length, other);
            }
        }
    }

    /// <summary>A row that lacks every vector has nothing to go by.</summary>
    private void MarkEmpty(RowBatch batch, Span<RowFaults> faults)
    {
        for (var row = 0; row < faults.Length; row++)
        {
            var column = 0;
            while (column < blobs.Length && float.IsNaN(batch.Vectors[column][(batch.Count + row) * schema.Vectors[column].Width]))
            {
                column++;
            }
            faults[row] |= column == blobs.Length ? RowFaults.NullVector : RowFaults.None;
        }
    }

    private void Copy(RowBatch batch, int rows)
    {
        var faults = batch.Faults.AsSpan(batch.Count, rows);
        faults.Clear();
        for (var row = 0; row < rows; row++)
        {
            var known = query.IsValid(0, nextOfChunk + row);
            var isLong = known && query.Bytes(0, nextOfChunk + row).Length > RowIdText.Longest;
            batch.Ids[batch.Count + row] = known && !isLong ? query.Text(0, nextOfChunk + row) : "";
            faults[row] = isLong ? RowFaults.LongId : batch.Ids[batch.Count + row].Length > 0 ? RowFaults.None : known ? emptyId : RowFaults.NullId;
        }

        for (var column = 0; column < blobs.Length; column++)
        {
            var vector = schema.Vectors[column];
            var target = batch.Vectors[column].AsSpan(batch.Count * vector.Width, rows * vector.Width);
            if (blobs[column] is { } type)
            {
                VectorRows.CopyBlobs(query, column + 1, nextOfChunk, vector, type, target, faults);
            }
            else
            {
                VectorRows.CopyLists(query, column + 1, nextOfChunk, vector, target, faults);
            }
        }
        if (canLackAll)
        {
            MarkEmpty(batch, faults);
        }

        var labels = blobs.Length + 1;
        for (var row = 0; row < rows; row++)
        {
            batch.Labels[batch.Count + row] =
                schema.LabelColumn is not null && query.IsValid(labels, nextOfChunk + row) ? LabelText.Read(query.Text(labels, nextOfChunk + row)) : null;
            batch.Given[batch.Count + row] = givenAt < 0 ? null : query.Text(givenAt, nextOfChunk + row);
        }
    }
}
