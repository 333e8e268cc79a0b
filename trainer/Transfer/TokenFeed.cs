using ParquetPool.Contract;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Networks;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Transfer;

/// <summary>The graph of an encoder of texts, fed from one column of token ids.</summary>
/// <param name="Graph">With the column as its input, and no outputs yet.</param>
/// <param name="Nodes">Those of the encoder.</param>
/// <param name="Present">[row, place]: 1 where a token is, 0 where the row is filled up.</param>
/// <param name="States">The encoder's output: [row, place, unit], or [row, unit] of one that pools by itself.</param>
internal sealed record TokenFeed(GraphBuilder Graph, IReadOnlyList<NodeProto> Nodes, string Present, string States)
{
    public const string Mask = "attention_mask";
    private const string Ids = "input_ids";
    private const string Segments = "token_type_ids";

    /// <param name="taken">Names that the graph's outputs will have.</param>
    /// <exception cref="DataException">The model is no encoder of texts, or has graphs within its graph.</exception>
    public static TokenFeed Of(EncoderParts encoder, ModelInput input, params IReadOnlyList<string> taken)
    {
        var package = ModelPackage.Ready(encoder.Name, encoder.Model.Clone(), encoder.Sha256, null);
        var model = GivenGraph.Of(package, [.. taken, input.Name]);
        var own = package.Model.Graph.Output.Select(o => o.Name).ToList();
        var states = model.Graph.Output[encoder.Spec.Output is { } wanted ? own.IndexOf(wanted) : 0].Name;
        var inputs = model.Graph.Input.Select(i => i.Name).ToList();
        var nodes = model.Graph.Node.ToList();
        model.Graph.Input.Clear();
        model.Graph.Output.Clear();
        model.Graph.Node.Clear();
        var graph = new GraphBuilder(model);
        graph.Reserve(nodes.SelectMany(node => node.Output));
        graph.Input(input.Name, DataType.Float, input.Dims.ToArray());
        var present = graph.Op("Cast", [graph.Op("Not", [graph.Op("Equal", [input.Name, graph.Scalar(encoder.Tokens.Padding)])])], Attributes.Int("to", (long)DataType.Float));
        var fed = new Dictionary<string, string> { [Ids] = input.Name, [Mask] = present, [Segments] = graph.Mul(present, graph.Scalar(0)) };
        if (inputs.FirstOrDefault(name => !fed.ContainsKey(name)) is { } other || !inputs.Contains(Ids))
        {
            throw new DataException($"{encoder.Name}: has the inputs {string.Join(", ", inputs)}, expected {Ids} and maybe {Mask} and {Segments}: export it as an encoder of texts");
        }
        foreach (var node in nodes)
        {
            for (var i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = fed.GetValueOrDefault(node.Input[i], node.Input[i]);
            }
        }
        graph.Model.Graph.Node.Add(nodes);
        return new(graph, nodes, present, states);
    }

    /// <summary>One vector a row, as <c>encoder.json</c> says.</summary>
    public string Vector(EncoderSpec spec)
    {
        var vector = spec.Pooling switch
        {
            Pooling.None => States,
            Pooling.Cls => Graph.Op("Squeeze", [Graph.Op("Slice", [States, Graph.Ints(0), Graph.Ints(1), Graph.Ints(1)]), Graph.Ints(1)]),
            _ => Graph.Div(
                Graph.Op("ReduceSum", [Graph.Mul(States, Graph.Op("Unsqueeze", [Present, Graph.Ints(-1)])), Graph.Ints(1)], Attributes.Int("keepdims", 0)),
                Graph.Sum(Present, [1])),
        };
        return spec.Normalise ? Graph.Normalise(vector) : vector;
    }
}
