using ParquetPool.Contract;
using ParquetPool.Trainer.Operators;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Training;

/// <summary>Where rows are laid out for a network's inputs.</summary>
/// <param name="inputs">The network's inputs, in the order of the joined features.</param>
/// <param name="rows">The most rows at a time.</param>
/// <param name="device">Where the network runs.</param>
internal sealed class InputBuffers(IReadOnlyList<ModelInput> inputs, int rows, torch.Device device)
{
    private readonly float[][] buffers = [.. inputs.Select(i => new float[rows * i.Dims[1]])];

    /// <summary>Deals a row's joined features out.</summary>
    /// <param name="place">Which row of the inputs it is.</param>
    public void Fill(int place, ReadOnlySpan<float> features)
    {
        foreach (var buffer in buffers)
        {
            var width = buffer.Length / rows;
            features[..width].CopyTo(buffer.AsSpan(place * width));
            features = features[width..];
        }
    }

    /// <summary>The first <paramref name="count"/> rows, by input.</summary>
    public Dictionary<string, Tensor> Tensors(int count) =>
        inputs.Zip(buffers).ToDictionary(i => i.First.Name, i => Tensor(i.Second.AsSpan(0, count * (int)i.First.Dims[1]), count, i.First.Dims[1]));

    /// <summary>Places of rows, where the network runs.</summary>
    public Tensor Places(ReadOnlySpan<long> places) => TensorConversion.ToTensor(places, places.Length).to(device);

    /// <summary>Any other numbers, where the network runs.</summary>
    public Tensor Tensor(ReadOnlySpan<float> values, params ReadOnlySpan<long> dims) => TensorConversion.ToTensor(values, dims).to(device);
}
