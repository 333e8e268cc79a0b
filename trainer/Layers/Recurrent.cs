using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>A layer that reads a sequence step by step: [batch, steps, width] to [batch, units] or [batch, steps, units]; twice the units where it reads both ways.</summary>
/// <remarks>
/// First weights as PyTorch's, within 1 / √units. Dropout drops single values of what the layer hands on. A row's last state is that behind
/// its last step that is no padding; what reads backwards begins at the padding, which has vectors of 0.
/// </remarks>
/// <param name="Units">Of one direction.</param>
/// <param name="WeightDropout">The share of the weights from state to state that is dropped, the same ones at all steps and for all rows of a batch: Merity et al. 2018, section 2.</param>
internal abstract record Recurrent(int Units, bool Bidirectional, RecurrentOutput Output, float Dropout, float WeightDropout) : Layer
{
    internal override string? Problem => Setting.AtLeast("units", Units, 1) ?? Setting.Rate("dropout", Dropout) ?? Setting.Rate("weightDropout", WeightDropout);

    internal override float DropoutRate => Math.Max(Dropout, WeightDropout);

    internal override RowKind Takes => RowKind.Sequence;

    /// <summary>The operator.</summary>
    private protected abstract string Operator { get; }

    /// <summary>Gates of a unit.</summary>
    private protected abstract int Gates { get; }

    /// <summary>First biases, [gate · units], of what a step reads; those of the state are 0.</summary>
    private protected abstract float[] FirstBiases();

    internal override Layer WithDropout(float rate) => this with { Dropout = Dropout > 0 ? rate : 0, WeightDropout = WeightDropout > 0 ? rate : 0 };

    internal override void Write(LayerWriter layers)
    {
        layers.Row.Require(RowKind.Sequence);
        var (graph, row) = (layers.Graph, layers.Row);
        var (steps, directions) = (row.Shape[0], Bidirectional ? 2 : 1);
        var byStep = graph.Op("Transpose", [row.Name], Attributes.Ints("perm", 1, 0, 2));
        // Peepholes are none; only the GRU reads the attribute.
        var node = graph.Node(
            Operator,
            [byStep, Weights("weight", row.Shape[1]), layers.DropWeights(Weights("recurrent", Units), WeightDropout, directions, Gates * Units, Units), Biases()],
            2,
            [
                Attributes.Int("hidden_size", Units), Attributes.Text("direction", Bidirectional ? "bidirectional" : "forward"),
                .. Operator == "GRU" ? [Attributes.Int("linear_before_reset", 1)] : Array.Empty<Graphs.Onnx.AttributeProto>(),
            ]);
        if (Output == RecurrentOutput.Last && row.Present is null)
        {
            var last = graph.Op("Transpose", [node.Output[1]], Attributes.Ints("perm", 1, 0, 2)); // From [direction, batch, unit].
            layers.Set(graph.Op("Reshape", [last, graph.Ints(0, directions * Units)]), directions * Units);
        }
        else
        {
            var all = graph.Op("Transpose", [node.Output[0]], Attributes.Ints("perm", 2, 0, 1, 3)); // From [step, direction, batch, unit].
            layers.Set(new RowValue(graph.Op("Reshape", [all, graph.Ints(0, steps, directions * Units)]), [steps, directions * Units], row.Present));
            if (Output == RecurrentOutput.Last)
            {
                layers.Set(LastOf(layers), directions * Units);
            }
        }
        layers.Drop(Dropout);
        layers.Give();

        string Weights(string name, int inputs)
        {
            var values = layers.Initialiser.Uniform((long)directions * Gates * Units * inputs, 1 / MathF.Sqrt(Units));
            return layers.Parameter(Tensors.Float($"{Operator.ToLowerInvariant()}_{name}", values, directions, Gates * Units, inputs));
        }

        string Biases()
        {
            float[] one = [.. FirstBiases(), .. new float[Gates * Units]];
            return layers.Parameter(Tensors.Float($"{Operator.ToLowerInvariant()}_bias", [.. Enumerable.Repeat(one, directions).SelectMany(b => b)], directions, 2 * Gates * Units));
        }
    }

    /// <summary>The states behind the last step there is, and, of what reads backwards, behind the first.</summary>
    private string LastOf(LayerWriter layers)
    {
        var graph = layers.Graph;
        if (!Bidirectional)
        {
            return SequenceNodes.Last(graph, layers.Row);
        }
        string Half(int from) => graph.Op("Slice", [layers.Value, graph.Ints(from), graph.Ints(from + Units), graph.Ints(2)]);
        var forward = SequenceNodes.Last(graph, layers.Row with { Name = Half(0) });
        var backward = graph.Op("Gather", [Half(Units), graph.Constant(Tensors.Int64("first", [0]))], Attributes.Int("axis", 1));
        return graph.Op("Concat", [forward, backward], Attributes.Int("axis", 1));
    }
}

/// <summary>What a recurrent layer hands on.</summary>
internal enum RecurrentOutput
{
    /// <summary>Its state behind the last step that is no padding, [units].</summary>
    Last,

    /// <summary>Its state behind each step, [steps, units].</summary>
    Sequence,
}
