using System.Text.Json.Serialization;

namespace ParquetPool.Engine;

/// <summary>What a user says of the columns of shards, the same for every command that reads them.</summary>
/// <param name="Id">The column that names a row; <c>id</c> where null.</param>
/// <param name="Blobs">What a vector's blob holds; where null, float32, unless its bytes look like something else.</param>
public sealed record RowColumns(string? Id = null, BlobType? Blobs = null)
{
    private static readonly AsyncLocal<RowColumns?> OfRun = new();

    /// <summary>What the command line says, for the run that it started and what that calls; null for nothing.</summary>
    public static RowColumns? Said => OfRun.Value;

    /// <summary>[column]: what a table's log says that all rows of the shard have there, where its folders' names do not say it; "" for NULL.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Values { get; init; }

    internal static void Say(RowColumns? columns) => OfRun.Value = columns;
}
