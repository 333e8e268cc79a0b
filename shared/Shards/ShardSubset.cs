using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Shards;

/// <summary>Writes some rows of shards into a new one, every column as it is.</summary>
/// <remarks>The same rows give the same bytes. The file appears whole, by one rename. Streamed: memory is bounded by a row group.</remarks>
public static class ShardSubset
{
    /// <summary>Writes the shard without the rows at the given places, the others in their order.</summary>
    /// <exception cref="DataException">The shard is missing or corrupt.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static void WriteWithout(Shard shard, IReadOnlyCollection<long> places, string path, Provenance? provenance = null)
    {
        using var duckDb = new DuckDb();
        var schema = ShardSchema.Read(duckDb, shard);
        var place = Sql.Name(Sql.PlaceColumn(schema));
        using var file = StoredFiles.Open(shard.Path);
        var select = $"SELECT * EXCLUDE ({place}){schema.MadeColumns} FROM {Sql.ReadNumberedRows(file.Path, schema)} AS rows ANTI JOIN {Places(duckDb, "places", places)} ON rows.{place} = places.place";
        ShardCopy.Write(duckDb, select, shard, path, provenance);
    }

    /// <summary>Writes chosen rows of several shards, one shard after another, with the columns and types of <paramref name="like"/>. What names a row there gets what names one here.</summary>
    /// <exception cref="DataException">A shard is missing or corrupt, lacks a column or has values that its type does not take.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static void WriteOnly(IReadOnlyList<(Shard Shard, IReadOnlyCollection<long> Places)> rows, Shard like, string path, Provenance? provenance = null)
    {
        using var duckDb = new DuckDb();
        var model = ShardSchema.Read(duckDb, like);
        var columns = model.Columns;
        var id = model.RequireId().Name;
        using var files = StoredFiles.OpenAll(rows.Select(of => of.Shard.Path));
        var selects = rows.Select((of, i) =>
        {
            var found = ShardSchema.Read(duckDb, of.Shard);
            var own = found.RequireId();
            if (own.Name != id && columns.All(column => column.Name != id))
            {
                throw new DataException($"{of.Shard.Path}: rows are named by {own.Name}, those that they join by {id} inside of a struct: give these rows the same column");
            }
            var expressions = columns.Select(column => $"CAST({(column.Name == id ? own : found.Require(column.Name, _ => true, "")).Expression} AS {column.Type}) AS {Sql.Name(column.Name)}");
            return $"(SELECT {string.Join(", ", expressions)} FROM {Sql.ReadNumberedRows(files.Paths[i], found)} AS rows SEMI JOIN {Places(duckDb, $"places{i}", of.Places)} AS places ON rows.{Sql.Name(Sql.PlaceColumn(found))} = places.place)";
        });
        ShardCopy.Write(duckDb, string.Join(" UNION ALL ", selects), rows[0].Shard, path, provenance);
    }

    private static string Places(DuckDb duckDb, string name, IReadOnlyCollection<long> places)
    {
        duckDb.Register($"{name}_feed", new TextFeed("place", places.Select(place => place.ToString(System.Globalization.CultureInfo.InvariantCulture))));
        duckDb.Execute($"CREATE TEMP TABLE {name} AS SELECT CAST(place AS BIGINT) AS place FROM {name}_feed()");
        return name;
    }
}
