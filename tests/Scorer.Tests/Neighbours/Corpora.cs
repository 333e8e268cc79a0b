using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Tests.Neighbours;

/// <summary>Vectors for the search tests, [row][element].</summary>
internal static class Corpora
{
    public static float[][] Random(int rows, int width, int seed)
    {
        var random = new Random(seed);
        return Make(rows, () => Make(width, () => (float)(random.NextDouble() - 0.3)));
    }

    /// <summary>Rows close to one of a few centres, at very different lengths.</summary>
    public static float[][] Clustered(int rows, int width, int seed)
    {
        var random = new Random(seed);
        var centres = Random(5, width, seed + 1);
        return Make(rows, () =>
        {
            var length = MathF.Pow(10, random.Next(-20, 19));
            return Array.ConvertAll(centres[random.Next(centres.Length)], c => length * (c + (0.001f * random.NextSingle())));
        });
    }

    /// <summary>Small whole numbers, many rows twice or parallel: every sum is exact and ties are common.</summary>
    public static float[][] Ties(int rows, int width, int seed)
    {
        var random = new Random(seed);
        var kinds = Make(7, () => Make(width, () => (float)random.Next(0, 3)));
        foreach (var kind in kinds)
        {
            kind[0] = 1;
        }
        return Make(rows, () =>
        {
            var length = 1 + random.Next(2);
            return Array.ConvertAll(kinds[random.Next(kinds.Length)], v => v * length);
        });
    }

    public static EmbeddingBlock[] Blocks(float[][] vectors, int blockRows, string prefix = "r")
    {
        var blocks = new List<EmbeddingBlock>();
        for (var row = 0; row < vectors.Length; row++)
        {
            if (row % blockRows == 0)
            {
                blocks.Add(new EmbeddingBlock(blockRows, vectors[0].Length));
            }
            blocks[^1].TryAdd(vectors[row], row, Id(prefix, row), Fingerprint(vectors[row])).Should().BeTrue();
        }
        return [.. blocks];
    }

    /// <summary>Ids whose ordinal order differs from the rows'.</summary>
    public static string Id(string prefix, int row) => $"{prefix}{(row * 7919L) % 10007}-{row}";

    /// <summary>A brute-force search in plain double arithmetic: (row, similarity), nearest first, of equal vectors the first.</summary>
    public static (int Row, double Similarity)[][] Nearest(float[][] queries, float[][] corpus, int k, bool within, string prefix = "r")
    {
        var norms = Array.ConvertAll(corpus, c => Dot(c, c));
        return [.. Enumerable.Range(0, queries.Length).AsParallel().AsOrdered().Select(q =>
        {
            var norm = Dot(queries[q], queries[q]);
            return Enumerable.Range(0, corpus.Length)
                .Where(c => !within || c != q)
                .Select(c => (Row: c, Similarity: Dot(queries[q], corpus[c]) / Math.Sqrt(norm * norms[c]), Other: !queries[q].SequenceEqual(corpus[c])))
                .OrderByDescending(n => n.Similarity).ThenBy(n => n.Other).ThenBy(n => Id(prefix, n.Row), StringComparer.Ordinal)
                .DistinctBy(n => string.Join(' ', corpus[n.Row]))
                .Take(k)
                .Select(n => (n.Row, n.Similarity))
                .ToArray();
        })];
    }

    private static double Dot(float[] a, float[] b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }
        return sum;
    }

    private static UInt128 Fingerprint(float[] vector)
    {
        var hash = new HashCode();
        foreach (var value in vector)
        {
            hash.Add(value);
        }
        return (UInt128)(uint)hash.ToHashCode();
    }

    private static T[] Make<T>(int count, Func<T> make)
    {
        var made = new T[count];
        for (var i = 0; i < count; i++)
        {
            made[i] = make();
        }
        return made;
    }
}
