using ParquetPool.Columns;
using ParquetPool.Contract;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Selection;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Coverage;

/// <summary>The folder that <c>scorer coverage</c> writes. Each file appears whole, by one rename; <c>coverage.json</c> comes last.</summary>
/// <param name="provenance">What the footers of the Parquet files say of their origin.</param>
internal sealed class CoverageFiles(string root, Provenance? provenance = null) : RecordedFolder<CoverageRecord>(root, CoverageRecord.FileName)
{
    private const int RowsAtOnce = 4096;
    private const string ProgressName = "progress";

    private static readonly ShardColumn[] AllColumns = [new("id", ShardType.Text), new("shard", ShardType.Text), new("row", ShardType.Int64), new("rarity", ShardType.Double)];

    /// <summary>All that is written.</summary>
    public static readonly IReadOnlyList<string> Names = ["coverage.parquet", "rarest.parquet", "rarest.csv", "coverage.html", "rejects.parquet", CoverageRecord.FileName, ProgressName];

    /// <summary>The rarity of every usable row, the rarest first.</summary>
    public string All => In("coverage.parquet");

    public string RarestCsv => In("rarest.csv");

    /// <summary>The page of the rarest rows.</summary>
    public string Page => In("coverage.html");

    /// <summary>The folder of what a killed run has measured.</summary>
    public string Progress => In(ProgressName);

    /// <summary>Writes the rows that they are given in order: id, shard, row, rarity.</summary>
    public void WriteAll(IReadOnlyList<RareRow> rows)
    {
        using var writer = new ShardWriter(All, AllColumns, provenance);
        foreach (var chunk in rows.Chunk(RowsAtOnce))
        {
            writer.Write(chunk.Length, Arrays(chunk));
        }
        writer.Complete();
    }

    /// <summary>Writes the first of them: order (from 1), id, shard, row, rarity.</summary>
    public void WriteRarest(IEnumerable<RareRow> rows) => RowFiles.Write(
        Path.ChangeExtension(RarestCsv, ".parquet"),
        [new ShardColumn("order", ShardType.Int32), .. AllColumns],
        rows.Index(),
        chunk => [Array.ConvertAll(chunk, r => r.Index + 1), .. Arrays(Array.ConvertAll(chunk, r => r.Item))],
        provenance);

    private static Array[] Arrays(RareRow[] rows) =>
        [Array.ConvertAll(rows, r => r.Row.Id), Array.ConvertAll(rows, r => r.Row.Shard), Array.ConvertAll(rows, r => r.Row.Row), Array.ConvertAll(rows, r => r.Rarity)];
}

/// <summary>A row and how thinly others lie around it.</summary>
/// <param name="Rarity">In nats; see <see cref="Statistics.RowDensity"/>.</param>
internal readonly record struct RareRow(Candidate Row, double Rarity);
