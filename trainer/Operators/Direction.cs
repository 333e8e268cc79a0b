using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>The weights of one direction of a recurrent layer, in ONNX's order of gates.</summary>
/// <param name="node">The layer.</param>
/// <param name="inputs">The node's.</param>
/// <param name="number">0, or 1 for the backward direction of two.</param>
internal sealed class Direction(Node node, Tensor?[] inputs, int number)
{
    /// <summary>[gate · unit, input].</summary>
    public Tensor Input { get; } = inputs[1]!.select(0, number);

    /// <summary>[gate · unit, unit].</summary>
    public Tensor Recurrent { get; } = inputs[2]!.select(0, number);

    public int Units => (int)Recurrent.shape[1];

    /// <summary>Of the input's share, [gate · unit]; null where there is none.</summary>
    public Tensor? InputBias => inputs.ElementAtOrDefault(3)?.select(0, number).narrow(0, 0, Recurrent.shape[0]);

    /// <summary>Of the state's share, [gate · unit]; null where there is none.</summary>
    public Tensor? RecurrentBias => inputs.ElementAtOrDefault(3)?.select(0, number).narrow(0, Recurrent.shape[0], Recurrent.shape[0]);

    /// <summary>An LSTM's weights from the cell to the gates, [gate · unit]; null where there are none.</summary>
    public Tensor? Peepholes => inputs.ElementAtOrDefault(7)?.select(0, number);

    /// <summary>The state before the first step, [batch, unit]; 0 where the input at <paramref name="place"/> is left out.</summary>
    public Tensor First(int place, Tensor x, bool rowsFirst)
    {
        long[] dims = [x.shape[1], Units];
        return inputs.ElementAtOrDefault(place) is { } given
            ? given.select(rowsFirst ? 1 : 0, number).expand(dims)
            : torch.zeros(dims, x.dtype, x.device);
    }

    /// <summary>The input's share of all gates at all steps, with <paramref name="bias"/>: one product.</summary>
    public Tensor Share(Tensor x, Tensor? bias)
    {
        var share = x.reshape(-1, x.shape[2]).mm(Input.t());
        return (bias is null ? share : share.Plus(bias)).reshape(x.shape[0], x.shape[1], -1);
    }

    /// <summary>Cut off at the node's clip.</summary>
    public Tensor Clip(Tensor sums) => node.Has("clip") ? sums.clamp(Scalars.Of(-node.Float("clip", 0)), Scalars.Of(node.Float("clip", 0))) : sums;

    /// <summary>The activation at <paramref name="place"/> of this direction.</summary>
    /// <param name="usual">What it is where the node says nothing.</param>
    /// <param name="count">How many a direction has.</param>
    public Func<Tensor, Tensor> Activation(int place, int count, string usual)
    {
        var named = node.Texts("activations");
        if (node.Has("activation_alpha") || node.Has("activation_beta"))
        {
            throw node.Refusal("has activations with settings of their own, expected the usual ones");
        }
        return (named.Length == 0 ? usual : named[(number * count) + place]).ToLowerInvariant() switch
        {
            "sigmoid" => t => t.sigmoid(),
            "tanh" => t => t.tanh(),
            "relu" => t => t.relu(),
            "softsign" => t => t.div(t.abs().Plus(Scalars.Of(1))),
            "softplus" => t => t.Softplus(),
            var other => throw node.Refusal($"has the activation {other}, expected Sigmoid, Tanh, Relu, Softsign or Softplus"),
        };
    }
}
