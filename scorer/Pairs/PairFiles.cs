using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Pairs;

/// <summary>The files of an audit but for its report: <c>pairs.parquet</c>, <c>pairs.csv</c>, <c>rejects.parquet</c>.</summary>
/// <remarks>
/// Columns of the pairs: kind (both splits, such as <c>test-train</c>, or <c>test-test</c> inside one), test_id, train_id, rank, similarity
/// (the cosine or, where it is more, what the overlap of two pictures says), distance (1 − similarity), exact, mutual (neither row has a nearer one in the other's split), ratio_to_second (the distance over
/// that of the second nearest row of test_id, exact copies of one row counted once; inside a split the larger of both; empty where the
/// second was not sought or has distance 0 too), label_agrees (empty where a label is missing), test_label, train_label, test_shard,
/// test_row, train_shard, train_row (places in the shards from 0), split, other_split, cosine (of the
/// vectors), overlap (how the pictures lie on each other, where they plainly do; the first is that of test_id). Whatever the splits are called, the test_ columns
/// tell of the row of split, the train_ columns of that of other_split. Each file appears whole, by one rename.
/// </remarks>
internal static class PairFiles
{
    private const int RowsAtOnce = 4096;

    private static readonly ShardColumn[] PairColumns =
    [
        new("kind", ShardType.Text), new("test_id", ShardType.Text), new("train_id", ShardType.Text), new("rank", ShardType.Int32),
        new("similarity", ShardType.Double), new("distance", ShardType.Double), new("exact", ShardType.Boolean),
        new("mutual", ShardType.Boolean), new("ratio_to_second", ShardType.Double), new("label_agrees", ShardType.Text),
        new("test_label", ShardType.Text), new("train_label", ShardType.Text),
        new("test_shard", ShardType.Text), new("test_row", ShardType.Int64), new("train_shard", ShardType.Text), new("train_row", ShardType.Int64),
        new("split", ShardType.Text), new("other_split", ShardType.Text),
        new("cosine", ShardType.Double), new("overlap", ShardType.Text),
    ];

    private static readonly ShardColumn[] RejectColumns =
    [
        new("id", ShardType.Text), new("split", ShardType.Text), new("shard", ShardType.Text), new("row", ShardType.Int64), new("reason", ShardType.Text),
    ];

    /// <summary>Writes the pairs, in their order, as Parquet and as CSV.</summary>
    /// <exception cref="IOException">The folder cannot be written or the disk is full.</exception>
    public static void WritePairs(string folder, IEnumerable<AuditPair> pairs, IReadOnlyList<ComparedSplits> comparisons, IReadOnlyList<PairEvidence> evidence) =>
        RowFiles.Write(Path.Combine(folder, "pairs.parquet"), PairColumns, pairs, chunk => Columns(chunk, comparisons, evidence), new Provenance("scorer audit"));

    /// <summary>Writes the rows that were left out.</summary>
    /// <exception cref="IOException">The folder cannot be written or the disk is full.</exception>
    public static void WriteRejects(string folder, IEnumerable<RejectedRow> rejects)
    {
        using var parquet = new ShardWriter(Path.Combine(folder, "rejects.parquet"), RejectColumns, new Provenance("scorer audit"));
        foreach (var chunk in rejects.Chunk(RowsAtOnce))
        {
            parquet.Write(
                chunk.Length,
                Array.ConvertAll(chunk, r => r.Id.Length > 0 ? r.Id : null),
                Array.ConvertAll(chunk, r => r.Split.Length > 0 ? r.Split : null),
                Array.ConvertAll(chunk, r => r.Shard),
                Array.ConvertAll(chunk, r => r.Row),
                Array.ConvertAll(chunk, r => r.Reason));
        }
        parquet.Complete();
    }

    private static Array[] Columns(AuditPair[] pairs, IReadOnlyList<ComparedSplits> comparisons, IReadOnlyList<PairEvidence> evidence)
    {
        ComparedSplits Of(AuditPair pair) => comparisons[pair.Comparison];
        var test = Array.ConvertAll(pairs, p => Of(p).Split.PlaceOf(p.Row));
        var other = Array.ConvertAll(pairs, p => Of(p).Other.PlaceOf(p.OtherRow));
        return
        [
            Array.ConvertAll(pairs, p => Of(p).Kind),
            Array.ConvertAll(pairs, p => Of(p).Split.IdOf(p.Row)),
            Array.ConvertAll(pairs, p => Of(p).Other.IdOf(p.OtherRow)),
            Array.ConvertAll(pairs, p => p.Rank),
            Array.ConvertAll(pairs, p => p.Similarity),
            Array.ConvertAll(pairs, p => p.Distance),
            Array.ConvertAll(pairs, p => p.Exact),
            Array.ConvertAll(pairs, p => evidence[p.Comparison].IsMutual(p)),
            Array.ConvertAll(pairs, p => evidence[p.Comparison].RatioToSecond(p)),
            Array.ConvertAll(pairs, p => Of(p).LabelsAgree(p) is { } agree ? agree ? "true" : "false" : null),
            Array.ConvertAll(pairs, p => Of(p).Split.LabelOf(p.Row)),
            Array.ConvertAll(pairs, p => Of(p).Other.LabelOf(p.OtherRow)),
            Array.ConvertAll(test, p => p.Shard.Name),
            Array.ConvertAll(test, p => p.Row),
            Array.ConvertAll(other, p => p.Shard.Name),
            Array.ConvertAll(other, p => p.Row),
            Array.ConvertAll(pairs, p => Of(p).Split.Name),
            Array.ConvertAll(pairs, p => Of(p).Other.Name),
            Array.ConvertAll(pairs, p => p.Cosine),
            Array.ConvertAll(pairs, p => p.Overlap.Words()),
        ];
    }
}
