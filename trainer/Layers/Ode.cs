using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.LayerWriting;

namespace ParquetPool.Trainer.Layers;

/// <summary>How an equation is followed.</summary>
internal enum OdeMethod
{
    /// <summary>Euler's: one evaluation a step, an error of order 1.</summary>
    Euler,

    /// <summary>The midpoint's: two evaluations, order 2.</summary>
    Midpoint,

    /// <summary>Runge and Kutta's classical one: four evaluations, order 4.</summary>
    Rk4,
}

/// <summary>
/// y(1) of dy/dt = layers(y, t) with y(0) = x: Chen et al. 2018, "Neural ordinary differential equations", in steps of one size. Written out: each
/// evaluation is the same layers with the same weights and the same draws of dropout. They read t as one more channel, or one more value of a vector.
/// </summary>
internal sealed record Ode(IReadOnlyList<Layer> Layers, int Steps = 2, OdeMethod Method = OdeMethod.Rk4) : Layer
{
    private const int MostSteps = 64;

    internal override string? Problem =>
        Layers.Count == 0 ? "layers is empty, expected the layers of the equation"
        : Residual.ProblemOf(Layers, "layer") ?? Setting.AtLeast("steps", Steps, 1, MostSteps)
        ?? (Layers.SelectMany(l => l.Parts).FirstOrDefault(Counts) is { } counts ? $"the layer {counts.TypeName} inside normalises over the batch, expected none that does: rows at other times have other means; use groupNorm" : null)
        ?? (Layers.SelectMany(l => l.Parts).FirstOrDefault(l => l is TokenEmbedding or Attention { Dropout: > 0 } or Recurrent { Dropout: > 0 }) is { } own
            ? $"the layer {own.TypeName} inside {(own is TokenEmbedding ? "reads ids, expected layers on numbers" : "drops weights of its own at each step, expected dropout in layers that keep their draw: dropout, channelDropout, lockedDropout or a dense layer's")}"
            : null);

    internal override float DropoutRate => Layers.Max(l => l.DropoutRate);

    internal override RowKind Takes => Layers.Select(l => l.Takes).FirstOrDefault(t => t != RowKind.Any);

    internal override IEnumerable<Layer> Parts => [this, .. Layers.SelectMany(l => l.Parts)];

    internal override Layer WithDropout(float rate) => this with { Layers = [.. Layers.Select(l => l.WithDropout(rate))] };

    internal override void Write(LayerWriter layers)
    {
        if (layers.Row.Kind == RowKind.Sequence)
        {
            throw new DataException($"it needs a vector or an image, what comes before it gives {layers.Row}: put it before sequence layers, or flatten between them");
        }
        var (graph, row) = (layers.Graph, layers.Row);
        var h = 1.0 / Steps;
        layers.Repeat(equation =>
        {
            for (var step = 0; step < Steps; step++)
            {
                var (y, t) = (layers.Row, step * h);
                string Slope(string at, double time) => Evaluate(equation, layers, y with { Name = at }, time);
                string Along(string slope, double by) => graph.Op("Add", [y.Name, graph.Op("Mul", [slope, graph.Scalar((float)by)])]);
                var first = Slope(y.Name, t);
                layers.Set(y with
                {
                    Name = Method switch
                    {
                        OdeMethod.Euler => Along(first, h),
                        OdeMethod.Midpoint => Along(Slope(Along(first, h / 2), t + (h / 2)), h),
                        _ => RungeKutta(first),
                    },
                });

                string RungeKutta(string k1)
                {
                    var k2 = Slope(Along(k1, h / 2), t + (h / 2));
                    var k3 = Slope(Along(k2, h / 2), t + (h / 2));
                    var k4 = Slope(Along(k3, h), t + h);
                    var inner = graph.Op("Mul", [graph.Op("Add", [k2, k3]), graph.Scalar(2)]);
                    return Along(graph.Op("Add", [graph.Op("Add", [k1, k4]), inner]), h / 6);
                }
            }
        });
        layers.Give();
    }

    /// <summary>Lists equal where their layers are.</summary>
    public bool Equals(Ode? other) => other is not null && (Steps, Method) == (other.Steps, other.Method) && Layers.SequenceEqual(other.Layers);

    /// <inheritdoc/>
    public override int GetHashCode() => Layers.Aggregate(HashCode.Combine(Steps, Method), HashCode.Combine);

    /// <summary>The layers on y and t.</summary>
    private string Evaluate(RepeatedWrites equation, LayerWriter layers, RowValue y, double time)
    {
        var graph = layers.Graph;
        var rows = graph.Op("Shape", [y.Name], Attributes.Int("start", 0), Attributes.Int("end", 1));
        long[] one = [1, .. y.Shape.Skip(1).Select(d => (long)d)];
        var clock = graph.Op("Expand", [graph.Scalar((float)time), graph.Op("Concat", [rows, graph.Ints(one)], Attributes.Int("axis", 0))]);
        layers.Set(new RowValue(graph.Op("Concat", [y.Name, clock], Attributes.Int("axis", 1)), [y.Shape[0] + 1, .. y.Shape.Skip(1)]));
        equation.Begin();
        var slope = Residual.After(Layers, "layer", layers);
        if (!slope.Shape.SequenceEqual(y.Shape))
        {
            throw new DataException($"its layers give {slope}, expected {y}, which it began with: the change of what goes in; change the last layer");
        }
        layers.Set(y);
        return slope.Name;
    }

    private static bool Counts(Layer layer) => layer is Dense { BatchNorm: true } or Conv { BatchNorm: true } or ConvTranspose { BatchNorm: true } or RandomWire;
}
