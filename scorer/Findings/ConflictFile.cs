using ParquetPool.Columns;
using ParquetPool.Contract;

namespace ParquetPool.Scorer.Findings;

/// <summary><c>conflicts.parquet</c> and <c>conflicts.csv</c>: the clusters whose rows carry different labels, row by row.</summary>
/// <remarks>
/// Columns: cluster (from 1, the largest first), id, split, label, other_labels (those of the cluster's other rows, separated by
/// <c>; </c>), shard, row (its place there, from 0), least_similarity (the least cosine of a listed pair inside the cluster: of any two of
/// its rows where listed_pairs is possible_pairs), listed_pairs, possible_pairs. Clusters are those of <c>report.html</c>.
/// </remarks>
internal static class ConflictFile
{
    public const string Csv = "conflicts.csv";

    public static readonly IReadOnlyList<string> Names = ["conflicts.parquet", Csv];

    private static readonly ShardColumn[] Columns =
    [
        new("cluster", ShardType.Int32), new("id", ShardType.Text), new("split", ShardType.Text), new("label", ShardType.Text), new("other_labels", ShardType.Text),
        new("shard", ShardType.Text), new("row", ShardType.Int64), new("least_similarity", ShardType.Double), new("listed_pairs", ShardType.Int64), new("possible_pairs", ShardType.Int64),
    ];

    /// <summary>Writes both files.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string folder, IReadOnlyList<PairCluster> conflicts) =>
        RowFiles.Write(Path.ChangeExtension(Path.Combine(folder, Csv), ".parquet"), Columns, conflicts.SelectMany((cluster, place) => Lines(cluster, place + 1)), lines =>
        [
            Array.ConvertAll(lines, line => line.Cluster),
            Array.ConvertAll(lines, line => line.Row.Id),
            Array.ConvertAll(lines, line => line.Row.Split),
            Array.ConvertAll(lines, line => line.Row.Label),
            Array.ConvertAll(lines, line => line.OtherLabels),
            Array.ConvertAll(lines, line => line.Row.Shard),
            Array.ConvertAll(lines, line => line.Row.Row),
            Array.ConvertAll(lines, line => line.Least),
            Array.ConvertAll(lines, line => line.Listed),
            Array.ConvertAll(lines, line => line.Possible),
        ], new Provenance("scorer audit"));

    private static IEnumerable<Line> Lines(PairCluster cluster, int number)
    {
        List<string> labels = [.. cluster.Rows.Select(row => row.Label).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        var least = cluster.LeastSimilarity;
        return cluster.Rows.Select(row => new Line(number, row, string.Join("; ", labels.Where(label => label != row.Label)), least, cluster.Pairs.Count, cluster.AllPairs));
    }

    private sealed record Line(int Cluster, ListedRow Row, string OtherLabels, double Least, long Listed, long Possible);
}
