using System.Collections.Frozen;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>The operators that can be run and trained through, by ONNX name.</summary>
internal static class OperatorTable
{
    private static readonly FrozenDictionary<string, Operator> Operators = new[]
    {
        Arithmetic.Table, Comparisons.Table, Activations.Table, Reductions.Table, Shapes.Table, Parts.Table, Lookups.Table, Constants.Table,
        Products.Table, Convolutions.Table, Poolings.Table, Resizing.Table, Normalisations.Table, Recurrences.Table, Orders.Table,
        Quantisation.Table,
    }.SelectMany(table => table).ToFrozenDictionary();

    public static IEnumerable<string> Names => Operators.Keys;

    /// <summary>The operator of that name; null where there is none.</summary>
    public static Operator? Find(string name) => Operators.GetValueOrDefault(name);

    /// <summary>An operator of one input.</summary>
    public static Operator Unary(Func<Tensor, Tensor> function) => (_, x) => [function(x[0]!)];

    /// <summary>An operator of one input that reads attributes.</summary>
    public static Operator Unary(Func<Node, Tensor, Tensor> function) => (node, x) => [function(node, x[0]!)];

    /// <summary>An operator of two inputs.</summary>
    public static Operator Binary(Func<Tensor, Tensor, Tensor> function) => (_, x) => [function(x[0]!, x[1]!)];

    /// <summary>An operator of two inputs that reads attributes.</summary>
    public static Operator Binary(Func<Node, Tensor, Tensor, Tensor> function) => (node, x) => [function(node, x[0]!, x[1]!)];

    /// <summary>An operator of any number of inputs and one output.</summary>
    public static Operator Of(Func<Node, Tensor?[], Tensor> function) => (node, x) => [function(node, x)];
}

/// <summary>What a node computes.</summary>
/// <param name="node">Gives the attributes.</param>
/// <param name="inputs">Per input of the node, null where it is left out; as many as the node names.</param>
/// <returns>Per output of the node; trailing outputs that nothing reads may be left out.</returns>
/// <remarks>May return an input itself. Tensors made on the way belong to the dispose scope of the caller.</remarks>
internal delegate Tensor?[] Operator(Node node, Tensor?[] inputs);
