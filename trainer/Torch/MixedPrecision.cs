using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Torch;

/// <summary>What of a training step is computed in bfloat16: products, and what only moves or bends their results.</summary>
/// <remarks>
/// As torch.autocast has it. Weights stay float32 and so do their gradients: a copy is rounded for each step. Norms, softmax, means, recurrent layers, losses and whatever is not listed
/// here get float32. bfloat16 has the range of float32, so losses need no scaling.
/// </remarks>
internal static class MixedPrecision
{
    private static readonly HashSet<string> Products = ["Conv", "ConvTranspose", "Einsum", "Gemm", "MatMul"];

    private static readonly HashSet<string> Either =
    [
        "Add", "AveragePool", "Cast", "CastLike", "Concat", "Dropout", "Elu", "Expand", "Flatten", "Gelu", "GlobalAveragePool", "HardSwish", "Identity", "LeakyRelu", "MaxPool",
        "Mul", "Relu", "Reshape", "Shape", "Sigmoid", "Size", "Slice", "Split", "Squeeze", "Sub", "Tanh", "Transpose", "Unsqueeze",
    ];

    /// <summary>The inputs of an operator in the precision that it shall have; integers stay what they are.</summary>
    public static Tensor?[] Inputs(string operation, Tensor?[] inputs) =>
        Either.Contains(operation) ? inputs
        : Products.Contains(operation) ? Array.ConvertAll(inputs, i => To(i, torch.ScalarType.Float32, torch.ScalarType.BFloat16))
        : Array.ConvertAll(inputs, Float);

    /// <summary>A bfloat16 tensor as float32, any other as it is.</summary>
    public static Tensor? Float(Tensor? tensor) => To(tensor, torch.ScalarType.BFloat16, torch.ScalarType.Float32);

    private static Tensor? To(Tensor? tensor, torch.ScalarType from, torch.ScalarType to) => tensor?.dtype == from ? tensor.to_type(to) : tensor;
}
