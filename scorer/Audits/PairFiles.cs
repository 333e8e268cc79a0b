using ParquetPool.Contract;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Audits;

/// <summary>The files of an audit but for its report: <c>pairs.parquet</c>, <c>pairs.csv</c>, <c>rejects.parquet</c>.</summary>
/// <remarks>
/// Columns of the pairs: kind (<c>test-train</c>, or <c>test-test</c>, whose <c>train_</c> columns tell of the other test row), test_id,
/// train_id, rank, similarity (cosine), distance (1 − cosine), exact, mutual (neither row has a nearer one in the other's split),
/// ratio_to_second (the distance over that of the second nearest row of test_id, exact copies of one row counted once; of two test rows
/// the larger; empty where the second was not sought or has distance 0 too), label_agrees (empty where a label is missing), test_label,
/// train_label, test_shard, test_row, train_shard, train_row (places in the shards from 0). Each appears whole, by one rename.
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
    ];

    private static readonly ShardColumn[] RejectColumns =
    [
        new("id", ShardType.Text), new("split", ShardType.Text), new("shard", ShardType.Text), new("row", ShardType.Int64), new("reason", ShardType.Text),
    ];

    /// <summary>Writes the pairs, in their order, as Parquet and as CSV.</summary>
    /// <exception cref="IOException">The folder cannot be written or the disk is full.</exception>
    public static void WritePairs(string folder, IEnumerable<AuditPair> pairs, AuditInputs inputs, PairEvidence evidence) =>
        RowFiles.Write(Path.Combine(folder, "pairs.parquet"), PairColumns, pairs, chunk => Columns(chunk, inputs, evidence));

    /// <summary>Writes the rows that were left out, those of the training split first.</summary>
    /// <exception cref="IOException">The folder cannot be written or the disk is full.</exception>
    public static void WriteRejects(string folder, AuditInputs inputs)
    {
        using var parquet = new ShardWriter(Path.Combine(folder, "rejects.parquet"), RejectColumns);
        foreach (var split in new[] { inputs.Train, inputs.Test })
        {
            foreach (var chunk in split.Rejects.Chunk(RowsAtOnce))
            {
                var places = Array.ConvertAll(chunk, r => split.PlaceOf(r.Row));
                parquet.Write(
                    chunk.Length,
                    Array.ConvertAll(chunk, r => split.IdOf(r.Row) is { Length: > 0 } id ? id : null),
                    Array.ConvertAll(chunk, _ => split.Name),
                    Array.ConvertAll(places, p => p.Shard.Name),
                    Array.ConvertAll(places, p => p.Row),
                    Array.ConvertAll(chunk, r => r.Reason));
            }
        }
        parquet.Complete();
    }

    /// <summary>As the column <c>kind</c> says it.</summary>
    public static string Word(PairKind kind) => kind == PairKind.TestTrain ? "test-train" : "test-test";

    private static Array[] Columns(AuditPair[] pairs, AuditInputs inputs, PairEvidence evidence)
    {
        AuditSplit Other(AuditPair pair) => inputs.OtherSplit(pair.Kind);
        var test = Array.ConvertAll(pairs, p => inputs.Test.PlaceOf(p.TestRow));
        var other = Array.ConvertAll(pairs, p => Other(p).PlaceOf(p.OtherRow));
        return
        [
            Array.ConvertAll(pairs, p => Word(p.Kind)),
            Array.ConvertAll(pairs, p => inputs.Test.IdOf(p.TestRow)),
            Array.ConvertAll(pairs, p => Other(p).IdOf(p.OtherRow)),
            Array.ConvertAll(pairs, p => p.Rank),
            Array.ConvertAll(pairs, p => p.Similarity),
            Array.ConvertAll(pairs, p => p.Distance),
            Array.ConvertAll(pairs, p => p.Exact),
            Array.ConvertAll(pairs, p => evidence.IsMutual(p)),
            Array.ConvertAll(pairs, p => evidence.RatioToSecond(p)),
            Array.ConvertAll(pairs, p => inputs.LabelsAgree(p) is { } agree ? agree ? "true" : "false" : null),
            Array.ConvertAll(pairs, p => inputs.Test.LabelOf(p.TestRow)),
            Array.ConvertAll(pairs, p => Other(p).LabelOf(p.OtherRow)),
            Array.ConvertAll(test, p => p.Shard.Name),
            Array.ConvertAll(test, p => p.Row),
            Array.ConvertAll(other, p => p.Shard.Name),
            Array.ConvertAll(other, p => p.Row),
        ];
    }
}
