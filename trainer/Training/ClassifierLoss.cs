using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Torch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Training;

/// <summary>What a classifier learns by: the cross-entropy of each head, weighed by uncertainties that are learned where there are several, and the order of predicted losses; of several networks the cross-entropy of each.</summary>
internal sealed class ClassifierLoss : IDisposable
{
    // By how much the predicted losses of two rows shall differ: Yoo and Kweon 2019, section 4.1.
    private const float Margin = 1;

    /// <summary>Adam moves a parameter by no more than its rate in a step: on this scale log σ² keeps up with the losses.</summary>
    private const float DeviationScale = 10;

    /// <summary>
    /// Where log σ² of a head stops: as its loss goes to 0, so does the best σ², and 1 / σ² would let the head drown the others.
    /// </summary>
    private const float LogVarianceLimit = 4;

    private const string Deviations = "head_deviations";

    private readonly Network network;
    private readonly CrossEntropy crossEntropy;
    private readonly Tensor? deviations;
    private readonly string[] outputs;
    private readonly double shrinkage;

    /// <param name="network">Its heads and its loss prediction.</param>
    /// <param name="options">Label smoothing and focus.</param>
    /// <param name="device">Where the network runs.</param>
    /// <param name="shrinkage">Half of it times the sum of squares of a new head's weights is added to the loss.</param>
    public ClassifierLoss(Network network, TrainOptions options, torch.Device device, double shrinkage = 0)
    {
        (this.network, this.shrinkage) = (network, shrinkage);
        crossEntropy = new CrossEntropy(options.Loss.LabelSmoothing, options.Loss.Focal);
        outputs = [.. network.Members.Count > 0 ? network.Members : network.Heads.Select(h => h.Logits), .. network.Heads.Select(h => h.Presence).OfType<string>(), .. network.LossTaps];
        using var scope = torch.NewDisposeScope();
        deviations = network.Heads.Count > 1 ? torch.zeros([network.Heads.Count], device: device).requires_grad_().DetachFromDisposeScope() : null;
    }

    /// <summary>log σ² / <see cref="DeviationScale"/>, [head]; empty with one head.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => deviations is null ? new Dictionary<string, Tensor>() : new() { [Deviations] = deviations };

    /// <summary>σ by whose square each head's loss is divided, [head]; empty with one head.</summary>
    public double[] Sigmas => deviations is null ? [] : Array.ConvertAll(TensorConversion.ToArray<float>(deviations), d => Math.Exp(d * DeviationScale / 2));

    /// <summary>Whether the gradient of the loss prediction reaches the network.</summary>
    public bool ShapesNetwork { get; set; }

    /// <summary>Runs the network and measures it, in nats.</summary>
    /// <param name="torchNetwork">With the graph of the network.</param>
    /// <param name="inputs">By name.</param>
    /// <param name="targets">[row, class], probabilities: one-hot or soft labels.</param>
    /// <param name="weights">[row], class weights folded in.</param>
    /// <param name="closed">As <see cref="PartialLabels"/> takes it, for rows whose targets are zeros; null where all have a class.</param>
    public Tensor Of(TorchNetwork torchNetwork, IReadOnlyDictionary<string, Tensor> inputs, Tensor targets, Tensor weights, Pass pass, Tensor? closed = null)
    {
        var values = outputs.Zip(torchNetwork.Forward(inputs, outputs, pass)).ToDictionary(v => v.First, v => v.Second);
        if (network.Members.Count > 0)
        {
            return Together([.. network.Members.Select(member => Of(values[member], null, targets, weights, closed).Loss)]);
        }
        var heads = network.Heads.Select(h => Of(values[h.Logits], h.Presence is { } presence ? values[presence] : null, targets, weights, closed)).ToArray();
        var loss = deviations is null
            ? heads[0].Loss
            : Uncertainty.Weigh(torch.stack(heads.Select(h => h.Loss)), torch.stack(heads.Select(h => h.Any ?? torch.ones_like(h.Loss))), deviations.mul(Scalars.Of(DeviationScale)));
        if (network.NewHead is { } head && shrinkage > 0)
        {
            loss = loss.Plus(torchNetwork.Parameters[head.Weight].Squared().sum().mul(Scalars.Of(shrinkage / 2)));
        }
        if (network.LossTaps.Count == 0)
        {
            return loss;
        }
        var taps = network.LossTaps.ToDictionary(t => t, t => ShapesNetwork ? values[t] : values[t].detach());
        var predicted = torchNetwork.Forward(taps, [Network.PredictedLoss], pass)[0];
        return loss.Plus(PairRanking.Of(predicted, Rows(default, values[Network.Logits], targets, closed), Margin));
    }

    /// <summary>Holds the weights of heads within their limits; to be called after a step.</summary>
    public void Limit()
    {
        if (deviations is not null)
        {
            using var gradients = torch.no_grad();
            deviations.clamp_(Scalars.Of(-LogVarianceLimit / DeviationScale), Scalars.Of(LogVarianceLimit / DeviationScale));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => deviations?.Dispose();

    /// <summary>The mean of the networks' losses, with the gradient of their sum: each learns as it would alone.</summary>
    private static Tensor Together(Tensor[] losses)
    {
        var sum = torch.stack(losses).sum();
        return sum.mul(Scalars.Of(1.0 / losses.Length)).detach().Plus(sum.sub(sum.detach()));
    }

    private static Tensor Rows(CrossEntropy whole, Tensor logits, Tensor targets, Tensor? closed) =>
        closed is null ? whole.Of(logits, targets) : whole.Of(logits, targets).Plus(PartialLabels.Of(logits, closed));

    private (Tensor Loss, Tensor? Any) Of(Tensor logits, Tensor? presence, Tensor targets, Tensor weights, Tensor? closed)
    {
        var rows = Rows(crossEntropy, logits, targets, closed);
        return presence is null ? (Means.Weighted(rows, weights), null) : Means.Present(rows, weights, presence);
    }
}

/// <summary>What a row of each class counts in the loss.</summary>
internal enum ClassWeights
{
    /// <summary>1, whatever the class.</summary>
    None,

    /// <summary>The inverse of the class's rows, so that all classes count alike.</summary>
    Balanced,
}
