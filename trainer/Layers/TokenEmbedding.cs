using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>Token ids, [batch, steps], to a learned vector for each, [batch, steps, width]. The first layer of a network.</summary>
/// <remarks>
/// The ids come as the numbers of a feature column, exact in float32 up to 2²⁴, and are not standardised. A row with a number that is no id
/// from 0 to tokens − 1 is refused at training; in the graph its outputs become NaN, which the scorer rejects by name. ONNX's own Gather
/// would stop the whole batch for an id too large, and take −1 for the last.
/// </remarks>
/// <param name="Tokens">Ids there are, from 0 on.</param>
/// <param name="Width">Values of a vector.</param>
/// <param name="Padding">The id that fills short rows up; its vector is 0, and no pooling and no attention looks at it. Null where all rows are full.</param>
/// <param name="Dropout">The share of the ids whose vectors are 0, the same ones wherever they stand and for all rows of a batch: Gal and Ghahramani 2016, as Merity et al. 2018, section 4.3, have it.</param>
internal sealed record TokenEmbedding(int Tokens, int Width, int? Padding = null, float Dropout = 0) : Layer
{
    /// <summary>The most ids of which float32 tells each from the next.</summary>
    private const int MostTokens = 1 << 24;

    // Of variance 1, as PyTorch's.
    private static readonly float Bound = MathF.Sqrt(3);

    internal override string? Problem =>
        Tokens is < 2 or > MostTokens ? $"tokens is {Tokens}, expected 2 to {MostTokens}"
        : Padding is { } id && (id < 0 || id >= Tokens) ? $"padding is {id}, expected an id from 0 to {Tokens - 1}"
        : Setting.AtLeast("width", Width, 1) ?? Setting.Rate("dropout", Dropout);

    internal override float DropoutRate => Dropout;

    internal override RowKind Takes => RowKind.Vector;

    internal override Layer WithDropout(float rate) => Dropout > 0 ? this with { Dropout = rate } : this;

    internal override void Write(LayerWriter layers)
    {
        layers.Row.Require(RowKind.Vector);
        var (graph, numbers, steps) = (layers.Graph, layers.Value, layers.Width);
        var ids = graph.Op("Cast", [graph.Op("Clip", [numbers, graph.Scalar(0), graph.Scalar(Tokens - 1)])], Attributes.Int("to", (long)TensorProto.Types.DataType.Int64));
        layers.Unreadable = NoIds(graph, numbers, ids);
        var table = layers.Parameter(Tensors.Float("embedding_table", layers.Initialiser.Uniform((long)Tokens * Width, Bound), Tokens, Width));
        var vectors = graph.Op("Gather", [table, ids]);
        if (Dropout > 0)
        {
            // A draw an id, looked up as the vectors are: dropping the table's rows would multiply all of it.
            vectors = graph.Op("Mul", [vectors, graph.Op("Gather", [layers.DrawForAll(Dropout, Tokens, 1), ids])]);
        }
        if (Padding is not { } padding)
        {
            layers.Set(vectors, steps, Width);
            return;
        }
        var absent = graph.Op("Equal", [ids, graph.Constant(Tensors.Int64("padding", [padding]))]);
        var present = Number(graph, graph.Op("Not", [absent]));
        var left = graph.Op("Mul", [vectors, graph.Op("Unsqueeze", [present, graph.Ints(2)])]);
        layers.Set(new RowValue(left, [steps, Width], present));
    }

    /// <summary>NaN for the rows with a number that is no id, 0 for others, [batch, 1].</summary>
    private static string NoIds(GraphBuilder graph, string numbers, string ids)
    {
        var wrong = Number(graph, graph.Op("Not", [graph.Op("Equal", [Number(graph, ids), numbers])]));
        var any = graph.Op("ReduceMax", [wrong, graph.Ints(1)], Attributes.Int("keepdims", 1));
        return graph.Op("Where", [graph.Op("Greater", [any, graph.Scalar(0)]), graph.Scalar(float.NaN), graph.Scalar(0)]);
    }

    private static string Number(GraphBuilder graph, string value) => graph.Op("Cast", [value], Attributes.Int("to", (long)TensorProto.Types.DataType.Float));
}
