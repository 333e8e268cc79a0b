using ParquetPool.Errors;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>
/// [batch, width] to [batch, units], or each step of a sequence by itself: h = dropout(activation(batchNorm(x·W + b))); with <c>residual</c>
/// x + h; with <c>highway</c> t·h + (1 − t)·x with a gate t = sigmoid(x·V + c) (Srivastava et al. 2015).
/// </summary>
internal sealed record Dense(
    int Units, ActivationKind Activation = ActivationKind.Relu, bool BatchNorm = false, float Dropout = 0, bool Residual = false, bool Highway = false)
    : Layer
{
    // A highway starts by carrying most of what it gets: Srivastava et al. 2015, section 2.2.
    private const float GateBias = -1;

    internal override string? Problem =>
        Setting.AtLeast("units", Units, 1) ?? Setting.Rate("dropout", Dropout)
        ?? (Residual && Highway ? "residual and highway are both set, expected one: each says how x goes on" : null);

    internal override float DropoutRate => Dropout;

    internal override RowKind Takes => RowKind.Vector;

    internal override Layer WithDropout(float rate) => Dropout > 0 ? this with { Dropout = rate } : this;

    internal override void Write(LayerWriter layers)
    {
        var before = layers.Row;
        if (before.Kind == RowKind.Image)
        {
            before.Require(RowKind.Vector);
        }
        var width = before.Shape[^1];
        if ((Residual || Highway) && Units != width)
        {
            throw new DataException($"a {(Residual ? "residual" : "highway")} dense layer has {Units} units on {width} values, expected as many");
        }
        if (BatchNorm && before.Kind == RowKind.Sequence)
        {
            throw new DataException($"a dense layer with batchNorm works on vectors, what comes before it gives {before}: use a layerNorm layer behind it instead");
        }
        var graph = layers.Graph;
        var gate = Highway ? graph.Op("Sigmoid", [layers.Linear(Units, ActivationKind.Sigmoid, firstBias: GateBias)]) : "";
        var sum = layers.Linear(Units, Activation, bias: !BatchNorm);
        layers.Set(before with { Name = layers.Activate(BatchNorm ? layers.BatchNorm(sum, Units) : sum, Activation), Shape = [.. before.Shape.SkipLast(1), Units] });
        layers.Drop(Dropout);
        if (Residual)
        {
            layers.Keep(graph.Op("Add", [before.Name, layers.Value]));
        }
        if (Highway)
        {
            var carried = graph.Op("Mul", [graph.Op("Sub", [graph.Scalar(1), gate]), before.Name]);
            layers.Keep(graph.Op("Add", [graph.Op("Mul", [gate, layers.Value]), carried]));
        }
        layers.Give();
    }
}
