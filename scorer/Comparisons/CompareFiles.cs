using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Comparisons;

/// <summary>The folder that <c>scorer compare</c> writes. Each file appears whole, by one rename; <c>compare.json</c> comes last.</summary>
/// <param name="provenance">What the footers of the Parquet files say of their origin.</param>
internal sealed class CompareFiles(string root, Provenance? provenance = null) : RecordedFolder<CompareRecord>(root, RecordName)
{
    private static readonly ShardColumn[] PairColumns =
    [
        new("order", ShardType.Int32), new("left", ShardType.Text), new("right", ShardType.Text), new("answer", ShardType.Text),
        new("variance", ShardType.Double), new("preference", ShardType.Double),
        new("left_shard", ShardType.Text), new("left_row", ShardType.Int64), new("right_shard", ShardType.Text), new("right_row", ShardType.Int64),
    ];

    private static readonly ShardColumn[] ScoreColumns = [new("id", ShardType.Text), new("shard", ShardType.Text), new("row", ShardType.Int64), new("score", ShardType.Double)];

    public const string RecordName = "compare.json";

    private const string ProgressName = "progress";

    /// <summary>All that is written.</summary>
    public static readonly IReadOnlyList<string> Names = ["pairs.parquet", "pairs.csv", "ranked.parquet", "ranked.csv", "tasks.json", "tasks.xml", "rejects.parquet", RecordName, ProgressName];

    public string Pairs => In("pairs.parquet");

    public string PairsCsv => In("pairs.csv");

    public string Ranked => In("ranked.parquet");

    public string RankedCsv => In("ranked.csv");

    public string Tasks => In("tasks.json");

    public string Interface => In("tasks.xml");

    /// <summary>A folder that is there until the end.</summary>
    public string Progress => In(ProgressName);

    /// <summary>Writes the pairs: order (from 1), left, right, answer (empty, for people to fill in), variance, preference, and where the rows stand.</summary>
    public void WritePairs(IReadOnlyList<AskedPair> pairs) => RowFiles.Write(
        Pairs,
        PairColumns,
        pairs.Index(),
        chunk =>
        [
            Array.ConvertAll(chunk, p => p.Index + 1),
            Array.ConvertAll(chunk, p => p.Item.Left.Id),
            Array.ConvertAll(chunk, p => p.Item.Right.Id),
            Array.ConvertAll(chunk, _ => (string?)null),
            Array.ConvertAll(chunk, p => p.Item.Variance ?? double.NaN),
            Array.ConvertAll(chunk, p => p.Item.Preference ?? double.NaN),
            Array.ConvertAll(chunk, p => p.Item.Left.Shard),
            Array.ConvertAll(chunk, p => p.Item.Left.Row),
            Array.ConvertAll(chunk, p => p.Item.Right.Shard),
            Array.ConvertAll(chunk, p => p.Item.Right.Row),
        ],
        provenance);

    /// <summary>A file of unsorted scores.</summary>
    public static ShardWriter Scores(string path) => new(path, ScoreColumns);

    /// <summary>Sorts files of <see cref="Scores"/>, the most preferred row first.</summary>
    public void WriteRanked(IReadOnlyList<string> scores) =>
        SortedRows.Write(scores, new SortSpec([new SortKey("score", Descending: true), new SortKey("id")]), Ranked, RankedCsv, provenance);
}
