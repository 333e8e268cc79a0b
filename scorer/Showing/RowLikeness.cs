using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Labelling;
using ParquetPool.Scorer.Models;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Selection;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Showing;

/// <summary>What shown rows are compared by: a column that was named, the embedding of the model that scored them, or else the vectors that they have.</summary>
internal static class RowLikeness
{
    /// <summary>Numbers of all vectors together, which are held: 256 MiB.</summary>
    private const long MostNumbers = 64 << 20;

    /// <param name="run">The scoring run; null where none is known.</param>
    /// <param name="package">The model; null where it is gone.</param>
    /// <param name="shown">The vector column that people look at; null for none.</param>
    /// <returns>Null where rows have no vectors, or more of them than are held.</returns>
    /// <exception cref="DataException">The column that was named is none of vectors, or a shard is not what was scored.</exception>
    public static Likeness? Of(IReadOnlyList<AskedRow> rows, ShardSet pool, string? column, RunRecord? run, ModelPackage? package, string? shown, CommandContext context)
    {
        var embeds = column is null && package is not null && package.Model.Graph.Output.Any(output => output.Name == Embedder.Output) && (run is null || (package.Sha256 == run.Model.Sha256 && run.Model.Around is null)); // Inputs that the scoring made are in no column here.
        var inputs = embeds ? FeatureInput.Bind(package!, pool, run?.Pool.Features ?? []) : [];
        VectorColumn? compared = embeds ? null
            : (column ?? shown) is { } named ? pool.Vector(named)
            : null;
        var width = compared?.Width ?? inputs.Sum(input => input.Width);
        if (rows.Count == 0 || width == 0)
        {
            return null;
        }
        if ((long)rows.Count * width > MostNumbers)
        {
            context.Progress.Say($"{rows.Count:N0} vectors of {width:N0} numbers are more than are compared: the page has no map of them; --first {MostNumbers / width} would have one");
            return null;
        }
        var list = new Shortlist([.. rows.Select(row => new Candidate(row.Id, row.Shard, row.Row, "", 0))], [], [], [], [], rows.Count, rows.Count, 0);
        using var computer = new RowValueComputer(embeds ? package : null, inputs, list, Needs.Embeddings, compared, () => throw new InvalidOperationException("embeddings need no committee"));
        RowValueReader.Read(computer, pool.ToDictionary(shard => shard.Name), list, _ => { }, context.Stopping);
        return Likeness.Of(computer.Values().Embeddings, compared is { } vectors ? $"the column {vectors.Name}" : $"the embedding of {AskedModel.NameOf(package!)}");
    }
}
