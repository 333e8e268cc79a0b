using Microsoft.ML.OnnxRuntime;
using ParquetPool.Engine;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Tests.Networks;
using ParquetPool.Trainer.Torch;
using TorchSharp;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Tests.Torch;

/// <summary>Whole graphs, dropout off, against ONNX Runtime; and trained twice.</summary>
public class RealGraphTests
{
    private const int Rows = 6;

    private static readonly VectorColumn[] Columns = [new("image", 64), new("text", 20)];

    [Theory]
    [InlineData("mlp")]
    [InlineData("cnn")]
    [InlineData("late-fusion")]
    public void A_preset_predicts_what_ONNX_Runtime_does(string preset)
    {
        var network = NetworkFixture.Build(NetworkSpec.Load(preset), 4, 1, preset == "late-fusion" ? Columns : Columns[..1]);
        var inputs = network.Inputs.ToDictionary(i => i.Name, i => Waves(Rows, i.Dims[1]));
        if (preset == "late-fusion")
        {
            // Rows without one of their vectors.
            inputs["image"].AsSpan(64, 64).Fill(float.NaN);
            inputs["text"].AsSpan(0, 20).Fill(float.NaN);
        }
        Compare(network.Forward, inputs, Rows);
    }

    [Theory]
    [InlineData("torch-mlp.onnx")]
    [InlineData("torch-cnn.onnx")]
    [InlineData("torch-gru.onnx")]
    [InlineData("torch-lstm.onnx")]
    [InlineData("torch-transformer.onnx")]
    public void A_network_of_PyTorch_predicts_what_ONNX_Runtime_does(string file)
    {
        var model = Read(file);
        var input = ModelFile.FeatureInputs(model).Single();
        if (input.Type.TensorType.ElemType == (int)DataType.Int64)
        {
            Compare(model, [.. Enumerable.Range(0, 2 * 5).Select(i => (long)(i * 7 % 20))], input.Name);
        }
        else
        {
            Compare(model, new Dictionary<string, float[]> { [input.Name] = Waves(Rows, ModelFile.Dims(input)[1]) }, Rows);
        }
    }

    [Fact]
    public void A_graph_for_one_row_takes_several()
    {
        var model = Read("torch-fixed.onnx");
        using var network = new TorchNetwork(model, []);
        using var session = new ModelSession(model);
        using var scope = torch.NewDisposeScope();
        var rows = Waves(3, 36);

        var actual = TensorConversion.ToArray<float>(network.Forward(new Dictionary<string, Tensor> { ["image"] = TensorConversion.ToTensor(rows, 3, 1, 6, 6) }, ["logits"], new Pass(Training: false))[0]);

        var expected = Enumerable.Range(0, 3).SelectMany(row =>
        {
            using var one = TensorBuffer.Floats(1, 1, 6, 6);
            rows.AsSpan(row * 36, 36).CopyTo(one.Span);
            return session.Run(new Dictionary<string, TensorBuffer> { ["image"] = one })["logits"].Values;
        });
        actual.Should().Equal(expected, (a, e) => Math.Abs(a - e) < 1e-5);
    }

    [Theory]
    [InlineData("cnn")]
    [InlineData("late-fusion")]
    public void The_same_steps_give_the_same_bytes_and_a_state_is_taken_back(string preset)
    {
        var network = NetworkFixture.Build(NetworkSpec.Load(preset), 4, 1, preset == "late-fusion" ? Columns : Columns[..1]);
        var inputs = network.Inputs.ToDictionary(i => i.Name, i => Waves(Rows, i.Dims[1]));
        using var first = new TorchNetwork(network.Forward, network.Parameters);
        using var second = new TorchNetwork(network.Forward, network.Parameters);
        var before = first.State();
        before.Keys.Should().BeEquivalentTo(network.Parameters.Concat(network.Statistics));
        before["dense_weight"].Should().Equal(Tensors.ToFloats(network.Forward.Graph.Initializer.Single(t => t.Name == "dense_weight")));

        Steps(first, inputs, 3);
        Steps(second, inputs, 3);
        var after = first.State();
        after.Should().BeEquivalentTo(second.State());
        after["dense_weight"].Should().NotEqual(before["dense_weight"]);

        second.Restore(before);
        second.State().Should().BeEquivalentTo(before);
        Steps(second, inputs, 3);
        second.State().Should().BeEquivalentTo(after);
    }

    private static void Steps(TorchNetwork network, Dictionary<string, float[]> inputs, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            using var scope = torch.NewDisposeScope();
            var logits = network.Forward(inputs.ToDictionary(i => i.Key, i => TensorConversion.ToTensor(i.Value, Rows, i.Value.Length / Rows)), ["logits"], new Pass(Training: true, Seed: 5, step))[0];
            logits.Squared().sum().backward();
            using var gradients = torch.no_grad();
            foreach (var parameter in network.Parameters.Values.Where(p => p.grad is not null))
            {
                parameter.sub_(parameter.grad!.mul(Scalars.Of(0.01f)));
                parameter.grad!.zero_();
            }
        }
    }

    private static ModelProto Read(string file) => ModelFile.Read(Path.Combine(AppContext.BaseDirectory, "TestData", file)).Model;

    private static void Compare(ModelProto model, Dictionary<string, float[]> inputs, int rows)
    {
        using var scope = torch.NewDisposeScope();
        var buffers = inputs.ToDictionary(i => i.Key, i =>
        {
            var buffer = TensorBuffer.Floats(rows, i.Value.Length / rows);
            i.Value.CopyTo(buffer.Span);
            return buffer;
        });
        Compare(model, buffers, inputs.ToDictionary(i => i.Key, i => TensorConversion.ToTensor(i.Value, rows, i.Value.Length / rows)));
    }

    private static void Compare(ModelProto model, long[] ids, string input) =>
        Compare(model, new Dictionary<string, TensorBuffer> { [input] = new(default, OrtValue.CreateTensorValueFromMemory(ids, [2, 5]), [2, 5]) }, new Dictionary<string, Tensor> { [input] = TensorConversion.ToTensor(ids, 2, 5) });

    private static void Compare(ModelProto model, Dictionary<string, TensorBuffer> buffers, Dictionary<string, Tensor> tensors)
    {
        using var session = new ModelSession(DropoutSwitch.Off(model));
        var expected = session.Run(buffers);
        using var network = new TorchNetwork(model, []);
        var actual = network.Forward(tensors, [.. expected.Keys], new Pass(Training: false));
        foreach (var (tensor, (values, dims)) in actual.Zip(expected.Values))
        {
            tensor.shape.Should().Equal(dims);
            var scale = values.Max(Math.Abs);
            TensorConversion.ToArray<float>(tensor).Should().Equal(values, (a, e) => Math.Abs(a - e) / scale < 1e-5);
        }
    }

    private static float[] Waves(long rows, long width) => [.. Enumerable.Range(0, (int)(rows * width)).Select(i => MathF.Sin(i * 0.37f))];
}
