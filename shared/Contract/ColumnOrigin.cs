using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Contract;

/// <summary>What made the numbers of a column: a vocabulary its token ids, an encoder its vectors. Of another making the same column is other rows, which nothing in the numbers shows.</summary>
public static class ColumnOrigin
{
    /// <summary>The inputs of a network, each with what made the columns that feed it.</summary>
    public static IReadOnlyList<ModelInput> Named(IReadOnlyList<ModelInput> inputs, ShardSet pool)
    {
        var facts = PoolFacts.Of(pool);
        return [.. inputs.Select(input => Named(input, facts))];
    }

    /// <summary>Requires that what feeds an input is made as what its model learnt from.</summary>
    /// <param name="model">For people: its path.</param>
    /// <param name="columns">Of the pool, as many as the input has.</param>
    /// <exception cref="DataException">A shard's column is of another making; of token ids also where nothing says of which.</exception>
    public static void Require(ModelInput? input, string model, ShardSet pool, IReadOnlyList<string> columns)
    {
        if (columns.Count > 0)
        {
            TokenColumn.Require(input?.Tokens, model, pool, columns[0]);
        }
        foreach (var (learnt, column) in (input?.Columns ?? []).Zip(columns))
        {
            EncodedColumn.Require(input?.Encoders?.GetValueOrDefault(learnt), model, pool, column);
        }
    }

    /// <summary>The same of all inputs of a model.</summary>
    /// <param name="columns">That feed them, joined in order.</param>
    /// <exception cref="DataException">As <see cref="Require(ModelInput, string, ShardSet, IReadOnlyList{string})"/>.</exception>
    public static void Require(IReadOnlyList<ModelInput> inputs, string model, ShardSet pool, IReadOnlyList<VectorColumn> columns)
    {
        var start = 0;
        foreach (var input in inputs)
        {
            Require(input, model, pool, [.. columns.Skip(start).Take(input.Columns.Count).Select(column => column.Name)]);
            start += input.Columns.Count;
        }
    }

    /// <summary>Requires that columns are made in one pool as in another, where the first tells how.</summary>
    /// <exception cref="DataException">As <see cref="Require(ModelInput, string, ShardSet, IReadOnlyList{string})"/>.</exception>
    public static void RequireAlike(ShardSet pool, ShardSet other, IEnumerable<VectorColumn> columns)
    {
        var facts = PoolFacts.Of(pool);
        foreach (var column in columns)
        {
            TokenColumn.Require(TokenColumn.Of(facts, column.Name), pool[0].Path, other, column.Name);
            EncodedColumn.Require(EncodedColumn.Of(facts, column.Name), pool[0].Path, other, column.Name);
        }
    }

    private static ModelInput Named(ModelInput input, PoolFacts facts)
    {
        var made = input.Columns.Distinct().Select(column => (Column: column, Made: EncodedColumn.Of(facts, column))).Where(of => of.Made is not null).ToDictionary(of => of.Column, of => of.Made!);
        return input with { Tokens = (input.Columns is [var column] ? TokenColumn.Of(facts, column) : null) ?? input.Tokens, Encoders = made.Count > 0 ? made : input.Encoders };
    }
}
