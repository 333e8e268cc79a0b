using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Torch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Optimisers;

/// <summary>A running mean of weights, or their plain mean, by which a network predicts while it learns with the weights themselves.</summary>
/// <remarks>
/// average = d · average + (1 − d) · weight after each step. After t steps d is at most (1 + t) / (10 + t), so that first weights are soon
/// forgotten. A plain mean is one with d = 1 − 1 / t: Polyak and Juditsky 1992. Running statistics of batch normalisations are averaged too.
/// </remarks>
internal sealed class WeightAverage : IDisposable
{
    private readonly IReadOnlyDictionary<string, Tensor> weights;
    private readonly float? decay;
    private readonly Dictionary<string, Tensor> averages = [];

    /// <param name="weights">By name; the averages start from them.</param>
    /// <param name="decay">d, in (0, 1); null for the plain mean.</param>
    public WeightAverage(IReadOnlyDictionary<string, Tensor> weights, float? decay)
    {
        (this.weights, this.decay) = (weights, decay);
        using var scope = torch.NewDisposeScope();
        foreach (var (name, weight) in weights)
        {
            averages[name] = weight.detach().clone().DetachFromDisposeScope();
        }
    }

    /// <summary>Moves the averages after step <paramref name="step"/>, counted from 1 where they begin.</summary>
    public void Follow(int step)
    {
        var kept = decay is { } most ? Math.Min(most, (1.0 + step) / (10.0 + step)) : 1 - (1.0 / step);
        TorchScript.Run("follow", averages.Values.ToArray(), weights.Values.ToArray(), 1 - kept);
    }

    /// <summary>Exchanges weights and averages.</summary>
    public void Exchange()
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        foreach (var (name, weight) in weights)
        {
            var held = weight.clone();
            weight.copy_(averages[name]);
            averages[name].copy_(held);
        }
    }

    /// <summary>Copies of the averages.</summary>
    public IReadOnlyDictionary<string, float[]> State() => averages.ToDictionary(a => a.Key, a => TensorConversion.ToArray<float>(a.Value));

    /// <summary>Takes back what <see cref="State"/> gave; where it says nothing of a weight, its average starts from the weight.</summary>
    public void Restore(IReadOnlyDictionary<string, float[]> state)
    {
        foreach (var (name, weight) in weights)
        {
            Weights.Restore(averages[name], state.GetValueOrDefault(name) ?? TensorConversion.ToArray<float>(weight));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var average in averages.Values)
        {
            average.Dispose();
        }
    }
}
