using ParquetPool.Graphs;
using ParquetPool.Trainer.Differentiation;
using ParquetPool.Trainer.Training;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Training;

/// <summary>A network of two classes with inputs x, target and weight and the output logits.</summary>
internal sealed class SmallNetwork
{
    private readonly GraphBuilder g = new("network");
    private readonly List<string> parameters = [];
    private readonly Random random = new(3);
    private readonly long[] dims;
    private string top;

    public SmallNetwork(params long[] dims)
    {
        this.dims = [-1, .. dims];
        top = g.Input("x", DataType.Float, this.dims);
        g.Input("target", DataType.Float, -1, 2);
        g.Input("weight", DataType.Float, -1);
    }

    public SmallNetwork Dense(int width, int units) => Then("Gemm", Normal("w", width, width, units), Zeros("b", units));

    public SmallNetwork Conv(int channels, int filters) => Then("Conv", Normal("k", channels * 9, filters, channels, 3, 3), Zeros("b", filters));

    public SmallNetwork Then(string op, params string[] more)
    {
        top = g.Op(op, [top, .. more]);
        return this;
    }

    public SmallNetwork BatchNorm(int channels)
    {
        var (scale, bias) = (Parameter(Tensors.Float("scale", Enumerable.Repeat(1f, channels).ToArray(), channels)), Zeros("shift", channels));
        return Then("BatchNormalization", scale, bias, g.Constant("mean", new float[channels], channels), g.Constant("variance", Enumerable.Repeat(1f, channels).ToArray(), channels));
    }

    public SmallNetwork Dropout(float ratio) =>
        Then("Dropout", g.Scalar(ratio), g.Op("Greater", [g.Op("Size", [top]), g.Constant(Tensors.Int64("limit", [-1]))]));

    public SmallNetwork Pool()
    {
        top = g.Op("MaxPool", [top], Attributes.Ints("kernel_shape", 2, 2), Attributes.Ints("strides", 2, 2));
        return this;
    }

    public TrainingGraph Differentiate(bool freezeBatchNorm = false)
    {
        g.Output(top, "logits", DataType.Float, -1, 2);
        var loss = Losses.SoftmaxCrossEntropy(g, "logits", "target", "weight");
        var inputs = new Dictionary<string, long[]> { ["x"] = dims, ["target"] = [-1, 2], ["weight"] = [-1] };
        return TrainingGraph.Differentiate(g.Model, loss, parameters, inputs, freezeBatchNorm);
    }

    /// <summary>Fills the session's first rows and sets all weights to 1.</summary>
    public static void Fill(TrainingSession session, IReadOnlyList<(float[] X, int Class)> rows)
    {
        session.Input("weight").Fill(1);
        session.Input("target").Clear();
        for (var i = 0; i < rows.Count; i++)
        {
            rows[i].X.CopyTo(session.Input("x")[(i * rows[i].X.Length)..]);
            session.Input("target")[(2 * i) + rows[i].Class] = 1;
        }
    }

    public static double Accuracy(TrainingSession session, IReadOnlyList<(float[] X, int Class)> rows)
    {
        Fill(session, rows);
        session.Evaluate(rows.Count);
        var logits = session.Prediction("logits", rows.Count).ToArray();
        return rows.Select((r, i) => (logits[2 * i] < logits[(2 * i) + 1] ? 1 : 0) == r.Class ? 1.0 : 0).Average();
    }

    private string Zeros(string name, int units) => Parameter(Tensors.Float(name, new float[units], units));

    private string Normal(string name, int fan, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = MathF.Sqrt(6f / fan) * ((2 * random.NextSingle()) - 1);
        }
        return Parameter(Tensors.Float(name, values, shape));
    }

    private string Parameter(Graphs.Onnx.TensorProto tensor)
    {
        parameters.Add(g.Constant(tensor));
        return parameters[^1];
    }
}
