using ParquetPool.Trainer.Operators;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Torch;

/// <summary>Values of tensors taken out and put back.</summary>
internal static class Weights
{
    /// <summary>Puts <paramref name="values"/>, row-major, into a tensor; null leaves it as it is.</summary>
    public static void Restore(Tensor? tensor, float[]? values)
    {
        if (tensor is not null && values is not null)
        {
            using var gradients = torch.no_grad();
            using var source = TensorConversion.ToTensor(values, tensor.shape);
            tensor.copy_(source);
        }
    }
}
