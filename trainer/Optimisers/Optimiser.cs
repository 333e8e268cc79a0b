using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Torch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Optimisers;

/// <summary>Changes parameters by their gradients, and keeps what it remembers of these.</summary>
/// <remarks>libtorch's own kernels with the settings of torch.optim; weight decay, of AdamW only, is for tensors of rank 2 and more.</remarks>
internal sealed class Optimiser : IDisposable
{
    /// <summary>AdamW: p −= rate · decay · p.</summary>
    public const float WeightDecay = 0.01f;

    private readonly OptimiserKind kind;
    private readonly double momentum;
    private readonly List<Slot> slots;
    private readonly Tensor taken;

    /// <param name="kind">The rule.</param>
    /// <param name="parameters">By name, in the order in which they are updated.</param>
    /// <param name="slowed">Those that have a share of the rate; null for none.</param>
    /// <param name="share">That share.</param>
    /// <param name="momentum">Of <see cref="OptimiserKind.Sgd"/>.</param>
    public Optimiser(OptimiserKind kind, IReadOnlyDictionary<string, Tensor> parameters, IReadOnlyCollection<string>? slowed = null, float share = 1, double momentum = 0.9)
    {
        (this.kind, this.momentum) = (kind, momentum);
        using var scope = torch.NewDisposeScope();
        slots = [.. parameters.Select(p => new Slot(p.Key, p.Value, slowed?.Contains(p.Key) == true ? share : 1, Zeros(p.Value), kind is OptimiserKind.AdamW or OptimiserKind.Adam ? Zeros(p.Value) : null))];
        taken = torch.zeros([], device: slots.Select(s => s.Parameter.device).FirstOrDefault()).DetachFromDisposeScope();
    }

    /// <summary>One step by the gradients that the parameters have; one without a gradient stays.</summary>
    /// <param name="step">The number of this step, counted from 1.</param>
    public void Step(float rate, int step)
    {
        taken.fill_(Scalars.Of(step));
        foreach (var group in slots.Where(s => s.Parameter.grad is not null).GroupBy(s => (Decays: kind == OptimiserKind.AdamW && s.Parameter.ndim > 1, s.Share)))
        {
            var own = (double)(rate * group.Key.Share);
            Tensor[] Each(Func<Slot, Tensor> part) => [.. group.Select(part)];
            var (parameters, gradients, first) = (Each(s => s.Parameter), Each(s => s.Parameter.grad!), Each(s => s.First));
            switch (kind)
            {
                case OptimiserKind.Sgd:
                    TorchScript.Run("sgd", parameters, gradients, first, own, momentum);
                    break;
                case OptimiserKind.RmsProp:
                    TorchScript.Run("rmsprop", parameters, gradients, first, own);
                    break;
                default:
                    TorchScript.Run("adamw", parameters, gradients, first, Each(s => s.Second!), Each(_ => taken), own, group.Key.Decays ? (double)WeightDecay : 0.0);
                    break;
            }
        }
    }

    /// <summary>Copies of what is remembered, by parameter: two numbers an element with Adam, else one.</summary>
    public (IReadOnlyDictionary<string, float[]> First, IReadOnlyDictionary<string, float[]> Second) Memory() =>
        (slots.ToDictionary(s => s.Name, s => TensorConversion.ToArray<float>(s.First)),
         slots.Where(s => s.Second is not null).ToDictionary(s => s.Name, s => TensorConversion.ToArray<float>(s.Second!)));

    /// <summary>Takes back what <see cref="Memory"/> gave; parameters that are not among it keep theirs.</summary>
    public void Restore(IReadOnlyDictionary<string, float[]> first, IReadOnlyDictionary<string, float[]> second)
    {
        foreach (var slot in slots)
        {
            Weights.Restore(slot.First, first.GetValueOrDefault(slot.Name));
            Weights.Restore(slot.Second, second.GetValueOrDefault(slot.Name));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        taken.Dispose();
        foreach (var slot in slots)
        {
            slot.First.Dispose();
            slot.Second?.Dispose();
        }
    }

    private static Tensor Zeros(Tensor like) => torch.zeros_like(like).detach().DetachFromDisposeScope();

    private sealed record Slot(string Name, Tensor Parameter, float Share, Tensor First, Tensor? Second);
}

/// <summary>How a gradient changes a parameter; see <see cref="Optimiser"/>.</summary>
public enum OptimiserKind
{
    /// <summary>Adam with decoupled weight decay: Loshchilov and Hutter 2019, algorithm 2.</summary>
    AdamW,

    /// <summary>Kingma and Ba 2015, algorithm 1.</summary>
    Adam,

    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>Gradients divided by the root of their mean square: Tieleman and Hinton 2012.</summary>
    RmsProp,
}
