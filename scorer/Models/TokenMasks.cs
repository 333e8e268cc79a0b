using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Models;

/// <summary>Feeds a classifier of texts as other tools export it from one column of token ids: its mask and its segments follow from them.</summary>
internal static class TokenMasks
{
    private const string Ids = "input_ids";
    private const string Mask = "attention_mask";
    private const string Segments = "token_type_ids";

    /// <summary>The model with the token ids as its only input, and the column that holds them; both as given where the pool has a column for each input, or nothing tells which of the ids is padding.</summary>
    /// <param name="features">The columns that were named; none for those that the model names.</param>
    /// <param name="tell">Told how the mask is made; null for nobody.</param>
    /// <exception cref="DataException">The ids are of more tokens than the model knows.</exception>
    public static (ModelPackage Package, IReadOnlyList<string> Features) Fed(ModelPackage package, ShardSet pool, IReadOnlyList<string> features, Action<string>? tell = null)
    {
        string[] inputs = [.. ModelFile.FeatureInputs(package.Model).Select(input => input.Name)];
        string[] made = [.. inputs.Intersect([Mask, Segments])];
        if (package.Manifest is not null || made.Length == 0 || made.Length + 1 != inputs.Length || !inputs.Contains(Ids) || features.Count > 1 || (features.Count == 0 && inputs.All(pool.HasColumn)))
        {
            return (package, features);
        }
        var column = features is [var named] ? named : pool.HasColumn(Ids) ? Ids : TokenColumn.In(pool)?.Column;
        if (column is null || TokenColumn.Of(PoolFacts.Of(pool), column) is not { } tokens)
        {
            return (package, features);
        }
        if (Vocabulary(package.Model) is { } known && known < tokens.Tokens)
        {
            throw new DataException($"column {column} has ids of {tokens.Tokens:N0} tokens ({tokens.Tokenizer}), {package.Path} knows {known:N0}: make them of the texts with the model's own tokenizer, 'trainer import --texts FILE --tokens tokenizer.json'");
        }
        tell?.Invoke($"input '{Ids}' is given column {column}, ids of {tokens.Tokenizer}, so the model must have learnt from such ids; {string.Join(" and ", made.Select(name => name == Mask ? $"{Mask} is 0 where an id is {tokens.Padding}, padding" : $"{Segments} is 0, one segment"))}");
        return (package with { Model = Derived(package.Model, made, tokens.Padding), Around = $"padding {tokens.Padding}", WholeInputs = package.WholeInputs.Where(input => input.Key == Ids).ToDictionary() }, [column]);
    }

    private static ModelProto Derived(ModelProto given, string[] made, int padding)
    {
        var model = given.Clone();
        var nodes = model.Graph.Node.ToList();
        foreach (var input in model.Graph.Input.Where(input => made.Contains(input.Name)).ToList())
        {
            model.Graph.Input.Remove(input);
        }
        model.Graph.Node.Clear();
        var graph = new GraphBuilder(model);
        graph.Reserve(nodes.SelectMany(node => node.Output).Concat(made));
        var present = graph.Op("Cast", [graph.Op("Not", [graph.Op("Equal", [graph.Op("Cast", [Ids], Attributes.Int("to", (long)TensorProto.Types.DataType.Int64)), graph.Ints(padding)])])], Attributes.Int("to", (long)TensorProto.Types.DataType.Float));
        var names = new Dictionary<string, string> { [Mask] = present, [Segments] = graph.Op("Mul", [present, graph.Scalar(0)]) };
        foreach (var node in nodes)
        {
            Bodies.Rename(node.Input, names);
            Bodies.RenameCaptured(node, names);
        }
        graph.Model.Graph.Node.Add(nodes);
        return graph.Model;
    }

    /// <summary>The rows of the table that the ids are looked up in; null where none is found.</summary>
    private static long? Vocabulary(ModelProto model)
    {
        var ids = model.Graph.Node.Where(node => node.OpType == "Cast" && node.Input[0] == Ids).Select(node => node.Output[0]).Append(Ids).ToHashSet();
        return model.Graph.Node.Where(node => node.OpType == "Gather" && ids.Contains(node.Input[1]))
            .Select(node => model.Graph.Initializer.FirstOrDefault(table => table.Name == node.Input[0])).OfType<TensorProto>()
            .Select(table => (long?)table.Dims[0]).FirstOrDefault();
    }
}
