using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Selection;
using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Scorer.Novelty;

/// <summary>The folder that <c>scorer novel</c> writes. Each file appears whole, by one rename; <c>novel.json</c> comes last.</summary>
/// <param name="provenance">What the footers of the Parquet files say of their origin.</param>
internal sealed class NovelFiles(string root, Provenance? provenance = null) : RecordedFolder<NovelRecord>(root, RecordName)
{
    private static readonly ShardColumn[] RowColumns =
    [
        new("order", ShardType.Int32), new("id", ShardType.Text), new("shard", ShardType.Text), new("row", ShardType.Int64),
        new("cluster", ShardType.Int32), new("share", ShardType.Double), new("expected", ShardType.Double), new("p", ShardType.Double), new("distance", ShardType.Double),
    ];

    private static readonly ShardColumn[] ClusterColumns =
    [
        new("cluster", ShardType.Int32), new("rows", ShardType.Int32), new("labelled", ShardType.Int32), new("share", ShardType.Double), new("expected", ShardType.Double),
        new("p", ShardType.Double), new("novel", ShardType.Boolean), new("label", ShardType.Text),
    ];

    public const string RecordName = "novel.json";

    /// <summary>All that is written.</summary>
    public static readonly IReadOnlyList<string> Names = ["novel.parquet", "novel.csv", "clusters.parquet", "clusters.csv", "rejects.parquet", RecordName];

    public string Novel => In("novel.parquet");

    public string NovelCsv => In("novel.csv");

    public string Clusters => In("clusters.parquet");

    public string ClustersCsv => In("clusters.csv");

    /// <summary>Writes the candidates: order (from 1), id, shard, row, cluster, its share of labelled rows, that by chance, p, and the distance to the cluster's centre.</summary>
    public void WriteNovel(IEnumerable<PlacedRow> rows, LabelShortage shortage) => RowFiles.Write(
        Novel,
        RowColumns,
        rows.Index(),
        chunk =>
        [
            Array.ConvertAll(chunk, r => r.Index + 1),
            Array.ConvertAll(chunk, r => r.Item.Row.Id),
            Array.ConvertAll(chunk, r => r.Item.Row.Shard),
            Array.ConvertAll(chunk, r => r.Item.Row.Row),
            Array.ConvertAll(chunk, r => r.Item.Cluster),
            Array.ConvertAll(chunk, r => Share(shortage, r.Item.Cluster)),
            Array.ConvertAll(chunk, _ => shortage.Share),
            Array.ConvertAll(chunk, r => shortage.P[r.Item.Cluster]),
            Array.ConvertAll(chunk, r => r.Item.Distance),
        ],
        provenance);

    /// <summary>Writes every cluster that has rows, shortest of labels first.</summary>
    /// <param name="labels">[cluster]: its most frequent label; null for none.</param>
    public void WriteClusters(LabelShortage shortage, string?[] labels) => RowFiles.Write(
        Clusters,
        ClusterColumns,
        shortage.Order.Where(cluster => shortage.Rows[cluster] > 0),
        chunk =>
        [
            chunk,
            Array.ConvertAll(chunk, c => shortage.Rows[c]),
            Array.ConvertAll(chunk, c => shortage.Labelled[c]),
            Array.ConvertAll(chunk, c => Share(shortage, c)),
            Array.ConvertAll(chunk, _ => shortage.Share),
            Array.ConvertAll(chunk, c => shortage.P[c]),
            Array.ConvertAll(chunk, c => shortage.IsShort[c]),
            Array.ConvertAll(chunk, c => labels[c]),
        ],
        provenance);

    private static double Share(LabelShortage shortage, int cluster) => (double)shortage.Labelled[cluster] / shortage.Rows[cluster];
}

/// <summary>A row and the cluster whose centre is nearest to it.</summary>
/// <param name="Distance">To the centre.</param>
internal readonly record struct PlacedRow(Candidate Row, int Cluster, double Distance);
