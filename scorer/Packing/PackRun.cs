using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Packing;

/// <summary>The flow of <c>scorer pack</c>: a pool in, the same pool with packed vectors out.</summary>
internal static class PackRun
{
    /// <summary>Enough for a steady rate; more of a large pool would only take time.</summary>
    private const long MeasuredRows = 200_000;
    private const int Measurements = 3;
    private const int BatchRows = 2048;

    /// <param name="pool">Files, folders or globs of shards.</param>
    /// <param name="folder">Where the packed shards go, each under its shard's name.</param>
    /// <param name="features">The columns to pack; empty for every list of real numbers.</param>
    /// <exception cref="UsageException">The packed shards would replace the pool.</exception>
    /// <exception cref="DataException">A shard is not what it must be, or there is nothing to pack.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static async Task<PackSummary> ExecuteAsync(IReadOnlyList<string> pool, string folder, IReadOnlyList<string> features, CommandContext context)
    {
        var start = context.Clock.GetTimestamp();
        if (RowColumns.Said?.Blobs is { } blobs and not BlobType.Float32)
        {
            throw new UsageException($"--blob-type {blobs}: packed vectors are float32 and blobs are left as they are, expected lists or float32: score such a pool unpacked");
        }
        var shards = ShardSet.Resolve(pool);
        var columns = Columns(shards, features);
        var schema = new RowSchema(columns);
        shards.RequireColumns(schema);
        if (shards.FirstOrDefault(shard => shard.Path == Path.GetFullPath(PathOf(shard))) is { } own)
        {
            throw new UsageException($"--out {folder} would replace {own.Path}, which is read: choose another folder");
        }

        using var alone = FolderHold.Take(folder);
        var written = WrittenFiles.Claim(folder, shards.Select(shard => shard.Name + ".parquet"));
        var rows = await context.Progress.RunAsync("packing", shards.CountRows(), "rows", advance => Task.Run(() =>
        {
            long packed = 0;
            foreach (var shard in shards)
            {
                context.Stopping.ThrowIfCancellationRequested();
                ShardPacker.Pack(shard, columns, PathOf(shard), PoolFacts.Of(shard).In(new Provenance("scorer pack")));
                var added = shards.Where(s => s == shard).CountRows();
                packed += added;
                advance(added);
            }
            return packed;
        }));

        written.Complete();
        var result = ShardSet.Resolve(shards.Select(PathOf));
        // In turns, and the best of each: the first reading finds a cold program, and the machine may have other work.
        var (before, after) = (0.0, 0.0);
        for (var i = 0; i < Measurements; i++)
        {
            before = Math.Max(before, RowsPerSecond(shards, schema, context));
            after = Math.Max(after, RowsPerSecond(result, schema, context));
        }
        return new PackSummary(
            Command: "pack",
            Shards: shards.Count,
            Rows: rows,
            Columns: [.. columns.Select(c => c.Name)],
            BytesBefore: Bytes(shards),
            BytesAfter: Bytes(result),
            RowsPerSecondBefore: Math.Round(before),
            RowsPerSecondAfter: Math.Round(after),
            Faster: Math.Round(after / before, 2),
            Seconds: Math.Round(context.Clock.GetElapsedTime(start).TotalSeconds, 2),
            Pool: folder);

        string PathOf(Shard shard) => Path.Combine(folder, shard.Name + ".parquet");
    }

    private static VectorColumn[] Columns(ShardSet shards, IReadOnlyList<string> features)
    {
        var names = features.Count > 0 ? features : ShardPacker.ListColumns(shards);
        return names.Count > 0
            ? [.. names.Select(name => shards.Vector(name))]
            : throw new DataException($"{shards[0].Path} has no column of lists of real numbers, so there is nothing to pack: name the columns with --features");
    }

    private static long Bytes(ShardSet shards) => shards.Sum(shard => StoredFiles.Length(shard.Path) ?? 0);

    private static double RowsPerSecond(ShardSet shards, RowSchema schema, CommandContext context)
    {
        var batch = new RowBatch(schema, BatchRows);
        long rows = 0;
        var start = context.Clock.GetTimestamp();
        foreach (var shard in shards.TakeWhile(_ => rows < MeasuredRows))
        {
            using var reader = new ShardReader(shard, schema);
            while (rows < MeasuredRows && reader.Read(batch, context.Stopping))
            {
                rows += batch.Count;
            }
        }
        return rows / context.Clock.GetElapsedTime(start).TotalSeconds;
    }
}
