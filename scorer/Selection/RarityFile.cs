using System.Globalization;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Selection;

/// <summary>How rare the rows of a pool are, as <c>scorer coverage</c> found.</summary>
/// <remarks>Memory: the ids of all rows.</remarks>
internal sealed class RarityFile
{
    private readonly Dictionary<string, double> rarities = new(StringComparer.Ordinal);

    /// <param name="place">The folder of a finished run, or its <c>coverage.parquet</c>.</param>
    /// <param name="shards">Of the pool that rows are to be chosen from.</param>
    /// <exception cref="DataException">The run is not finished, or a shard is other than it was.</exception>
    public RarityFile(string place, IEnumerable<Shard> shards, CancellationToken stopping)
    {
        var folder = place.EndsWith(".parquet", StringComparison.Ordinal) ? StorageAddress.FolderOf(place) : place;
        var record = JsonFile.Require<CoverageRecord>(StorageAddress.Join(folder, CoverageRecord.FileName), "the record of a finished run of 'scorer coverage': run it first");
        var known = record.Shards.Select(shard => shard.Sha256).ToHashSet(StringComparer.Ordinal);
        foreach (var shard in shards)
        {
            if (!known.Contains(ContentHash.Of(shard.Path, stopping)))
            {
                throw new DataException($"{shard.Path} is not among the {record.Shards.Count} shards that {folder} tells of, or has changed since: run 'scorer coverage' on the pool again");
            }
        }
        var file = StorageAddress.Join(folder, "coverage.parquet");
        foreach (var row in TextTable.ReadWithNumbers(file, "id", "rarity"))
        {
            stopping.ThrowIfCancellationRequested();
            if (row is not [{ } id, { } text] || !double.TryParse(text, CultureInfo.InvariantCulture, out var rarity) || !double.IsFinite(rarity) || !rarities.TryAdd(id, rarity))
            {
                throw new DataException($"{file} holds a row that no run writes (id '{row[0]}', rarity '{row[1]}'), expected the file as it was: run 'scorer coverage' again");
            }
        }
    }

    /// <summary>The rows with their rarities; those that could not be measured come last of all.</summary>
    public IEnumerable<Candidate> Of(IEnumerable<Candidate> rows) => rows.Select(row => row with { Rarity = rarities.GetValueOrDefault(row.Id, double.NegativeInfinity) });
}
