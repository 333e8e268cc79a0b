using ParquetPool.Engine;
using ParquetPool.Scorer.Embedders;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Tests.Embedders;

/// <summary>Rows in memory, embedded.</summary>
internal static class TestBatch
{
    /// <summary>Vectors of rows given by columns, [row][element].</summary>
    public static float[][] Embed(Embedder embedder, params (VectorColumn Column, float[][] Rows)[] columns)
    {
        var batch = new RowBatch(new RowSchema([.. columns.Select(c => c.Column)]), Embedder.BatchRows) { Count = columns[0].Rows.Length };
        foreach (var (values, (_, rows)) in batch.Vectors.Zip(columns))
        {
            rows.SelectMany(row => row).ToArray().CopyTo(values, 0);
        }
        using var run = embedder.NewRun();
        run.Embed(batch);
        return [.. run.VectorsOf(batch).ToArray().Chunk(embedder.Width).Take(batch.Count)];
    }

    /// <summary>Whole numbers as stored pictures have them.</summary>
    public static float[][] Pictures(int rows, int numbers, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, numbers).Select(_ => (float)random.Next(256)).ToArray())];
    }
}
