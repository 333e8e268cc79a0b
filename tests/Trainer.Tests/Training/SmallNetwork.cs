using ParquetPool.Graphs;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Training;

/// <summary>A network of two classes with the input x and the output logits.</summary>
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

    public SmallTraining Train(TrainOptions? options = null, bool freezeBatchNorm = false)
    {
        g.Output(top, "logits", DataType.Float, -1, 2);
        return new SmallTraining(new TorchNetwork(g.Model, parameters, freezeBatchNorm), dims, options ?? new TrainOptions());
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
