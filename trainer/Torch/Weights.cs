using ParquetPool.Errors;
using ParquetPool.Trainer.Operators;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Torch;

/// <summary>Values of tensors taken out and put back.</summary>
internal static class Weights
{
    /// <summary>Puts <paramref name="values"/>, row-major, into a tensor; null leaves it as it is.</summary>
    /// <exception cref="DataException">They are of a tensor of another size.</exception>
    public static void Restore(Tensor? tensor, float[]? values)
    {
        if (tensor is not null && values is not null)
        {
            if (values.Length != tensor.numel())
            {
                throw new DataException($"the training that is to go on left {values.Length} numbers for a tensor of {tensor.numel()}: train the round from scratch, without --epochs-per-round");
            }
            using var gradients = torch.no_grad();
            using var source = TensorConversion.ToTensor(values, tensor.shape);
            tensor.copy_(source);
        }
    }
}
