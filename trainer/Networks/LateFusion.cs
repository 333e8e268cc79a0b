using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;

namespace ParquetPool.Trainer.Networks;

/// <summary>Writes a tower on each feature column and joins what they give.</summary>
/// <remarks>
/// A row that lacks a column has a vector of NaN there, of which the first element is looked at. A learned placeholder takes the
/// standardised vector's place, and a last feature says whether the vector is there: 1, or 0 for the placeholder.
/// </remarks>
internal sealed class LateFusion(GraphBuilder graph, LayerWriter layers, NetworkSpec spec)
{
    private readonly List<Head> heads = [];

    /// <summary>The towers' heads; their outputs are still to be declared.</summary>
    public IReadOnlyList<Head> Heads => heads;

    /// <summary>From the name of a head's output to the value it has, in the order of <see cref="Heads"/>.</summary>
    public Dictionary<string, string> Outputs { get; } = [];

    /// <summary>Writes the towers and leaves <c>layers</c> at the start of the joint tower.</summary>
    public void Write(IReadOnlyList<ModelInput> inputs, int classes, Standardisation standardisation)
    {
        var (first, joined, total) = (0, new List<string>(), 0);
        foreach (var input in inputs)
        {
            var width = (int)input.Dims[1];
            var presence = Start(input.Name, width, standardisation.Part(first, width));
            foreach (var layer in spec.Tower!)
            {
                layers.Add(layer);
            }
            joined.Add(layers.Value);
            (first, total) = (first + width, total + layers.Width);
            if (spec.TowerHeads)
            {
                var output = Network.TowerLogits(input.Columns[0]);
                Outputs[output] = layers.Head(classes);
                heads.Add(new Head(output, presence));
            }
        }
        layers.Start(joined is [var only] ? only : graph.Op("Concat", joined.ToArray(), Attributes.Int("axis", 1)), total);
    }

    /// <summary>Starts a tower.</summary>
    /// <returns>Whether the row has the vector, [batch, 1].</returns>
    private string Start(string input, int width, Standardisation standardisation)
    {
        var missing = graph.Op("IsNaN", [graph.Op("Slice", [input, graph.Ints(0), graph.Ints(1), graph.Ints(1)])]);
        var presence = graph.Op("Cast", [graph.Op("Not", [missing])], Attributes.Int("to", (long)TensorProto.Types.DataType.Float));
        var placeholder = layers.Parameter(Tensors.Float("placeholder", new float[width], width));
        var vector = graph.Op("Where", [missing, placeholder, NetworkBuilder.Standardise(graph, input, standardisation)]);
        layers.Start(graph.Op("Concat", [vector, presence], Attributes.Int("axis", 1)), width + 1);
        return presence;
    }
}
