using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>What a node computes.</summary>
/// <param name="node">Gives the attributes.</param>
/// <param name="inputs">Per input of the node, null where it is left out; as many as the node names.</param>
/// <returns>Per output of the node; trailing outputs that nothing reads may be left out.</returns>
/// <remarks>May return an input itself. Tensors made on the way belong to the dispose scope of the caller.</remarks>
internal delegate Tensor?[] Operator(Node node, Tensor?[] inputs);
