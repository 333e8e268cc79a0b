using ParquetPool.Trainer.Libtorch;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Torch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Tests.Operators;

/// <summary>A small graph of parameters that is run here and by ONNX Runtime, and whose gradients are compared with finite differences.</summary>
/// <param name="Build">From the graph and the parameters' names to the values under test.</param>
/// <param name="Dims">The parameters' shapes.</param>
public sealed record OperatorCase(string Name, Func<GraphBuilder, string[], string[]> Build, params long[][] Dims)
{
    private const float Step = 5e-3f;
    private const double MostDifference = 1e-5;

    /// <summary>The middle of the parameters' values, which span ±1 around it.</summary>
    public float Centre { get; init; }

    public int Opset { get; init; } = GraphBuilder.Opset;

    /// <summary>Whether the values change smoothly with the parameters, and no two ways of rounding them differ.</summary>
    public bool Smooth { get; init; } = true;

    public override string ToString() => Name;

    /// <summary>The values are ONNX Runtime's, relative to the largest.</summary>
    public void CheckValues()
    {
        var (model, parameters, values) = Model();
        using var session = new ModelSession(model);
        var expected = session.Run(new Dictionary<string, TensorBuffer>());
        using var network = new TorchNetwork(model, parameters);
        using var scope = torch.NewDisposeScope();
        foreach (var (value, tensor) in values.Zip(network.Forward(new Dictionary<string, Tensor>(), values, new Pass(false))))
        {
            var (actual, numbers) = (TensorConversion.ToArray<float>(tensor.to_type(torch.ScalarType.Float32)), expected[value].Values);
            tensor.shape.Should().Equal(expected[value].Dims);
            var scale = Math.Max(1e-3, numbers.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max());
            for (var i = 0; i < numbers.Length; i++)
            {
                if (!actual[i].Equals(numbers[i]))
                {
                    (Math.Abs(actual[i] - numbers[i]) / scale).Should().BeLessThan(MostDifference, $"{value}[{i}] is {actual[i]}, ONNX Runtime's {numbers[i]}");
                }
            }
        }
    }

    /// <summary>The loss is the sum of the values under test times fixed directions, so that every element of the gradient matters.</summary>
    public void CheckGradients()
    {
        var (model, parameters, values) = Model();
        using var network = new TorchNetwork(model, parameters);
        using var scope = torch.NewDisposeScope();
        Tensor Loss() => network.Forward(new Dictionary<string, Tensor>(), values, new Pass(false))
            .Where(v => v.is_floating_point())
            .Select(v => v.mul(TensorConversion.ToTensor(Spread((int)v.numel(), 7, 0), v.shape)).sum())
            .Aggregate((a, b) => a.Plus(b));
        Loss().backward();
        foreach (var (name, parameter) in network.Parameters)
        {
            var (actual, at) = (TensorConversion.ToArray<float>(parameter.grad!), TensorConversion.ToArray<float>(parameter));
            parameter.grad!.shape.Should().Equal(parameter.shape);
            for (var i = 0; i < at.Length; i += Math.Max(1, at.Length / 24))
            {
                var expected = (Moved(Step) - Moved(-Step)) / (2.0 * Step);
                actual[i].Should().BeApproximately((float)expected, (float)(1e-3 + (5e-3 * Math.Abs(expected))), $"d/d{name}[{i}]");

                double Moved(float step)
                {
                    using var gradients = torch.no_grad();
                    network.Restore(new Dictionary<string, float[]> { [name] = [.. at[..i], at[i] + step, .. at[(i + 1)..]] });
                    var loss = Loss().to_type(torch.ScalarType.Float64).item<double>();
                    network.Restore(new Dictionary<string, float[]> { [name] = at });
                    return loss;
                }
            }
        }
    }

    private (ModelProto Model, string[] Parameters, string[] Values) Model()
    {
        var graph = new GraphBuilder("case", Opset);
        string[] parameters = [.. Dims.Select((dims, i) => graph.Constant($"p{i}", Spread((int)dims.Aggregate(1L, (a, b) => a * b), i, Centre), dims))];
        var values = Build(graph, parameters);
        foreach (var value in values)
        {
            graph.Model.Graph.Output.Add(new ValueInfoProto { Name = value });
        }
        return (graph.Model, parameters, values);
    }

    /// <summary>Evenly spaced values in a mixed order: none at 0 and no two within a step, so that no kink is crossed.</summary>
    private static float[] Spread(int count, int salt, float centre)
    {
        var random = new Random(salt + 1);
        var values = Enumerable.Range(0, count).Select(i => centre + ((2f * i + 1 + (0.1f * salt)) / count) - 1).ToArray();
        random.Shuffle(values);
        return values;
    }
}
