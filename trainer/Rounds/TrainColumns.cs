using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Shards;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Rounds;

/// <summary>Which columns of a pool feed a network.</summary>
internal static class TrainColumns
{
    /// <summary>The column that is taken where there are several and none is asked for.</summary>
    public const string Usual = "features";

    /// <summary>The columns that feed a given model, in the order of its inputs.</summary>
    /// <exception cref="DataException">A column's pictures have their channels elsewhere than the model takes them.</exception>
    public static IReadOnlyList<VectorColumn> Of(TransferSpec from, ShardSet pool, IReadOnlyList<string> asked)
    {
        var columns = GivenInputs.Matched(from.Package, Of(pool, asked.Count > 0 ? asked : Named(from, pool), optional: from.Missing));
        foreach (var (column, input) in columns.Zip(ModelFile.FeatureInputs(from.Package.Model)).Where(pair => pair.First.Shape is null))
        {
            PictureOrder.Require(pool, column.Name, input.Name, ModelFile.Dims(input));
        }
        return columns;
    }

    /// <summary>The columns that a package names; none where it does not, or the pool has others.</summary>
    private static string[] Named(TransferSpec from, ShardSet pool)
    {
        string[] names = [.. from.Package.Manifest?.Inputs.SelectMany(i => i.Columns) ?? []];
        return names.All(pool.VectorColumns().Contains) ? names : [];
    }

    /// <summary>The columns of the round before, if the pool has them and no others are asked for.</summary>
    public static IReadOnlyList<VectorColumn> OfRoundBefore(ShardSet pool, IReadOnlyList<string> asked, IReadOnlyList<VectorColumn> before)
    {
        if (asked.Count > 0 && !asked.SequenceEqual(before.Select(c => c.Name)))
        {
            throw new UsageException($"--features {string.Join(' ', asked)}: the round before was trained on {string.Join(' ', before.Select(c => c.Name))}, expected the same: leave --features out, or train from scratch without --epochs-per-round");
        }
        return before.FirstOrDefault(c => !c.Takes(pool.Vector(c.Name))) is { Name: { } name } was
            ? throw new DataException($"column {name} has vectors of {pool.Vector(name).Kind}, the round before was trained on {was.Kind}: give the pool that it was trained on")
            : before;
    }

    /// <summary>The columns that were asked for; where none were, the pool's token ids for a network that takes such, and what an encoder made of its pictures for one that takes no images.</summary>
    public static IReadOnlyList<string> Encoded(ShardSet pool, IReadOnlyList<string> asked, NetworkSpec network) =>
        asked.Count == 0 && network.Tokens > 0 && TokenColumn.In(pool) is var (column, _) ? [column]
        : asked.Count == 0 && network is { Tower: null, Image: null, NeedsImage: false, Tokens: 0 } && EncodedColumn.IsOfPictures(pool) ? [EncodedColumn.OfPictures] : asked;

    public static VectorColumn[] Of(ShardSet pool, IReadOnlyList<string> asked, bool optional = false)
    {
        var names = asked.Count > 0 ? asked : pool.VectorColumns() is var all && all.Contains(Usual) ? [Usual] : all;
        if (names.Count == 0)
        {
            throw new DataException($"{pool[0].Path}: no column holds vectors, expected a list of numbers or a blob of float32: name one with --features or import the data first");
        }
        return names.Distinct().Count() == names.Count
            ? [.. names.Select(name => pool.Vector(name, optional))]
            : throw new UsageException($"--features {string.Join(' ', names)} names a column twice, expected each once");
    }
}
