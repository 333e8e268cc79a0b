using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>Multi-head self-attention, [batch, steps, width] to the same shape: Vaswani et al. 2017, section 3.2. Each step looks at all that are no padding.</summary>
/// <param name="Heads">Must divide the width.</param>
/// <param name="Dropout">Of the attention weights, [head, step, step].</param>
internal sealed record Attention(int Heads, float Dropout = 0) : Layer
{
    internal override string? Problem => Setting.AtLeast("heads", Heads, 1) ?? Setting.Rate("dropout", Dropout);

    internal override float DropoutRate => Dropout;

    internal override RowKind Takes => RowKind.Sequence;

    internal override Layer WithDropout(float rate) => Dropout > 0 ? this with { Dropout = rate } : this;

    internal override void Write(LayerWriter layers)
    {
        layers.Row.Require(RowKind.Sequence);
        var (graph, row) = (layers.Graph, layers.Row);
        var (steps, width) = (row.Shape[0], row.Shape[1]);
        if (width % Heads != 0)
        {
            throw new DataException($"heads is {Heads} on {row}, expected a number that divides the {width} values of a step");
        }
        var queries = graph.Op("Mul", [Part(0, 2, 1, 3), graph.Scalar(1 / MathF.Sqrt(width / Heads))]);
        var scores = graph.Op("MatMul", [queries, Part(0, 2, 3, 1)]);
        if (row.Present is { } present)
        {
            scores = graph.Op("Add", [scores, graph.Op("Unsqueeze", [SequenceNodes.Penalty(graph, present), graph.Ints(1, 2)])]);
        }
        var weights = graph.Op("Softmax", [scores], Attributes.Int("axis", -1));
        var kept = Dropout > 0 ? layers.Drop(weights, Dropout, Heads * steps * steps) : weights;
        var mixed = graph.Op("Transpose", [graph.Op("MatMul", [kept, Part(0, 2, 1, 3)])], Attributes.Ints("perm", 0, 2, 1, 3));
        layers.Keep(graph.Op("Reshape", [mixed, graph.Ints(0, steps, width)]));
        layers.Keep(layers.Linear(width, ActivationKind.None));
        layers.Give();

        // A projection of all steps, [batch, step, head, value], with its axes in another order.
        string Part(params ReadOnlySpan<long> order) => graph.Op(
            "Transpose", [graph.Op("Reshape", [layers.Linear(width, ActivationKind.None), graph.Ints(0, steps, Heads, width / Heads)])], Attributes.Ints("perm", order));
    }
}
