using ParquetPool.Contract;
using ParquetPool.Decoding;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Models;

/// <summary>Whether a pool's numbers may be on the scale of those that a model learnt from, by its first rows.</summary>
/// <remarks>Looks at 2^18 numbers at most, of eight shards at most, of an object store's at one, which is read already.</remarks>
internal static class PoolScale
{
    private const int MostShards = 8;
    private const int MostNumbers = 1 << 18;
    private const int MostRows = 256;

    /// <summary>In what a column differs from what the model learnt from; null where it does not, or nobody knows.</summary>
    /// <param name="vectors">The columns that feed the input.</param>
    public static string? Difference(ModelInput? input, IReadOnlyList<VectorColumn> vectors, ShardSet pool)
    {
        if (input?.Scales is not { Count: > 0 } scales || input.Columns.Count != vectors.Count)
        {
            return null;
        }
        var learnt = scales.ToDictionary(scale => scale.Column);
        return vectors.Zip(input.Columns).Select(of => learnt.GetValueOrDefault(of.Second) is { } scale && ColumnScale.Of(of.First.Name, [.. Numbers(of.First, pool)], of.First.Width) is { } found
            && Apart(scale, found) is { } apart ? $"the numbers of column {found.Column} are on another scale than those that the model learnt from: {apart}: what the model makes of them may mean nothing; give them on the scale of the learnt ones, or train on numbers like these"
            : null).FirstOrDefault(difference => difference is not null);
    }

    private static string? Apart(ColumnScale learnt, ColumnScale found) =>
        !learnt.IsLike(found) ? $"of the pool's first rows {found}, of the learnt ones {learnt} (zeros left out)"
        : found.Features is { } features ? learnt.Features?.Difference(features) : null;

    /// <summary>What a model is given of which nobody knows what it learnt from, in words, an input a line.</summary>
    public static IEnumerable<string> Given(IEnumerable<FeatureInput> inputs, ShardSet pool) =>
        from input in inputs
        where input.Range is null
        from column in input.Columns
        where column.Name != PixelSpec.Column
        let scale = ColumnScale.Of(column.Name, Numbers(column, pool))
        where scale is not null
        select $"input '{input.Name}' is given column {column.Name} as it stands ({scale}, zeros left out), so the model must have learnt from numbers like these";

    /// <summary>Tells of columns that are on another scale in one set of shards than in another.</summary>
    /// <param name="names">What the two are called.</param>
    /// <param name="byCosine">Whether only cosines are taken of their vectors, for which a factor is nothing.</param>
    public static void TellOfDifferences((ShardSet One, ShardSet Other) pools, (string One, string Other) names, IEnumerable<VectorColumn> columns, bool byCosine)
    {
        var facts = PoolFacts.Of(pools.One);
        foreach (var column in columns.Where(column => TokenColumn.Of(facts, column.Name) is null))
        {
            if (ColumnScale.Of(column.Name, Numbers(column, pools.One)) is { } one && ColumnScale.Of(column.Name, Numbers(column, pools.Other)) is { } other
                && !(byCosine ? one.OfOne().IsLike(other.OfOne()) : one.IsLike(other)))
            {
                Assumptions.Tell($"the numbers of column {column.Name} are on another scale in {names.Other} than in {names.One}: of the first rows of {names.Other} {other}, of {names.One} {one} (zeros left out): what is found of one by the other may mean nothing; write both on one scale");
            }
        }
    }

    private static IEnumerable<float> Numbers(VectorColumn column, ShardSet pool)
    {
        var places = Math.Min(pool.Count, StorageAddress.IsRemote(pool[0].Path) ? 1 : MostShards);
        var schema = new RowSchema([column]);
        var batch = new RowBatch(schema, Math.Clamp(MostNumbers / places / column.Width, 1, MostRows));
        for (var place = 0; place < places; place++)
        {
            var count = Read(pool[(int)((long)place * pool.Count / places)], schema, batch);
            for (var at = 0; at < count * column.Width; at++)
            {
                if (batch.Faults[at / column.Width] == RowFaults.None)
                {
                    yield return batch.Vectors[0][at];
                }
            }
        }
    }

    private static int Read(Shard shard, RowSchema schema, RowBatch batch)
    {
        try
        {
            using var reader = new ShardReader(shard, schema);
            return reader.Read(batch, CancellationToken.None) ? batch.Count : 0;
        }
        catch (DataException)
        {
            return 0; // Who reads the rows tells why.
        }
    }
}
