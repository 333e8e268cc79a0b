using System.Globalization;
using ParquetPool.Columns;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Scoring;

/// <summary>Writes the rows that could not be scored, each with its reason, into one Parquet file.</summary>
/// <param name="provenance">What the footer says of the file's origin.</param>
internal sealed class RejectsFile(string path, Provenance? provenance) : IDisposable
{
    private readonly ShardWriter writer =
        new(path, [new("id", ShardType.Text), new("shard", ShardType.Text), new("row", ShardType.Int64), new("reason", ShardType.Text)], provenance);

    public long Rows { get; private set; }

    /// <param name="id">"" where the row has none.</param>
    public void Write(string id, string shard, long row, string reason)
    {
        writer.Write(1, new string?[] { id.Length > 0 ? id : null }, new[] { shard }, new[] { row }, new[] { reason });
        Rows++;
    }

    /// <summary>Appends the rows of another rejects file.</summary>
    public void Append(string other)
    {
        foreach (var row in TextTable.Read(other, "id", "shard", "row", "reason"))
        {
            Write(row[0] ?? "", row[1]!, long.Parse(row[2]!, CultureInfo.InvariantCulture), row[3]!);
        }
    }

    /// <summary>Gives the file its name.</summary>
    /// <returns>SHA-256 of its bytes.</returns>
    public string Complete() => writer.Complete();

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();
}
