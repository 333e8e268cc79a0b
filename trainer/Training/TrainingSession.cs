using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Training;

/// <summary>Steps of a network and its loss. Not for two threads at a time.</summary>
/// <remarks>The same network, options and sequence of calls give the same bytes, on any machine's number of cores: see <see cref="TorchLibrary.Threads"/>.</remarks>
internal sealed class TrainingSession : IDisposable
{
    private readonly TorchNetwork network;
    private readonly TrainOptions options;
    private readonly IReadOnlyDictionary<string, Tensor> parameters;
    private readonly IReadOnlyDictionary<string, Tensor> lossParameters;
    private readonly Optimiser optimiser;
    private WeightAverage? average;
    private int? averagedFrom; // a step, where the average is a plain mean
    private readonly List<(Tensor Parameter, Tensor Mask)> masked = [];

    /// <param name="network">What is trained.</param>
    /// <param name="lossParameters">What the loss learns besides, by name: leaves that require gradients.</param>
    /// <param name="options">Optimiser, clipping, averaging and seed.</param>
    /// <param name="given">Parameters that came with a model, which may have a rate of their own.</param>
    public TrainingSession(TorchNetwork network, IReadOnlyDictionary<string, Tensor> lossParameters, TrainOptions options, IReadOnlyCollection<string>? given = null)
    {
        (this.network, this.lossParameters, this.options) = (network, lossParameters, options);
        parameters = network.Parameters.Concat(lossParameters).ToDictionary();
        optimiser = new Optimiser(options.Steps.Optimiser, parameters, given, (options.From?.RateBeside(options.Steps.LearningRate) ?? options.Steps.LearningRate) / options.Steps.LearningRate, options.Steps.Momentum);
        average = options.Steps.Ema is { } decay ? new WeightAverage(network.Parameters.Concat(network.Statistics).ToDictionary(), decay) : null;
    }

    /// <summary>Copies of the averages by which it predicts; null where there are none.</summary>
    public IReadOnlyDictionary<string, float[]>? Averages => average?.State();

    /// <summary>The number of steps taken.</summary>
    public int Steps { get; private set; }

    /// <summary>One step: forward, backward, clipping, optimiser, averages.</summary>
    /// <param name="loss">Runs the network and gives the loss, a scalar.</param>
    /// <returns>The loss before the step; where it is NaN or infinite nothing has been learned.</returns>
    public double Step(Func<Pass, Tensor> loss, float learningRate) => Step([loss], learningRate);

    /// <summary>One step by a sum of losses, of which each is held in memory alone.</summary>
    /// <param name="parts">Run the network and give a scalar each; their gradients are added up.</param>
    /// <returns>Their sum before the step; where it is NaN or infinite nothing has been learned.</returns>
    public double Step(IReadOnlyList<Func<Pass, Tensor>> parts, float learningRate)
    {
        using var scope = torch.NewDisposeScope();
        foreach (var parameter in parameters.Values)
        {
            parameter.grad = null;
        }
        var sum = 0.0;
        foreach (var part in parts)
        {
            // What a single part keeps for after the step goes to the scope around the step.
            using var own = parts.Count > 1 ? torch.NewDisposeScope() : null;
            var value = part(new Pass(Training: true, options.Seed, Steps, options.MixedPrecision));
            sum += TensorConversion.ToArray<float>(value)[0];
            if (!double.IsFinite(sum))
            {
                return sum;
            }
            value.backward();
        }
        if (options.Steps.Clip is { } limit)
        {
            Tensor[] gradients = [.. parameters.Values.Select(p => p.grad).OfType<Tensor>()];
            TorchScript.Run("clip", gradients, (double)limit);
        }
        Steps++;
        optimiser.Step(learningRate, Steps);
        ApplyMasks();
        average?.Follow(Steps - (averagedFrom ?? 0));
        return sum;
    }

    /// <summary>From the next step on the plain mean of the weights of all steps is kept, and predicts.</summary>
    public void AverageFromHere() => AverageFrom(Steps);

    /// <summary>Keeps weights at zero from here on.</summary>
    /// <param name="masks">By parameter, 0 for those and 1 for others; null for none.</param>
    public void KeepAtZero(IReadOnlyDictionary<string, float[]>? masks)
    {
        foreach (var (name, mask) in masks ?? new Dictionary<string, float[]>())
        {
            masked.Add((parameters[name], TensorConversion.ToTensor(mask, parameters[name].shape).to(parameters[name].device).DetachFromDisposeScope()));
        }
        ApplyMasks();
    }

    /// <summary>What the network predicts: dropout off, running statistics, averaged weights where they are kept; nothing is learned.</summary>
    /// <param name="forward">Runs the network.</param>
    public void Predict(Action<Pass> forward)
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        average?.Exchange();
        try
        {
            forward(default);
        }
        finally
        {
            average?.Exchange();
        }
    }

    /// <summary>All that a session of the same network needs to go on from here.</summary>
    /// <param name="epochs">For the state.</param>
    public TrainingState Snapshot(int epochs)
    {
        var (first, second) = optimiser.Memory();
        var own = lossParameters.ToDictionary(p => p.Key, p => TensorConversion.ToArray<float>(p.Value));
        return new TrainingState(network.State().Concat(own).ToDictionary(), first, second, Steps, epochs)
        {
            Averages = average?.State() ?? new Dictionary<string, float[]>(),
            AveragedFrom = averagedFrom,
            Optimiser = options.Steps.Optimiser,
        };
    }

    /// <summary>Goes on from <paramref name="state"/>; what this session does not learn is left alone.</summary>
    public void Resume(TrainingState state)
    {
        network.Restore(state.Values);
        foreach (var (name, parameter) in lossParameters)
        {
            Weights.Restore(parameter, state.Values.GetValueOrDefault(name));
        }
        optimiser.Restore(state.First, state.Second);
        if (state.AveragedFrom is { } from)
        {
            AverageFrom(from);
        }
        average?.Restore(state.Averages);
        Steps = state.Steps;
    }

    private void AverageFrom(int step)
    {
        average?.Dispose();
        (average, averagedFrom) = (new WeightAverage(network.Parameters.Concat(network.Statistics).ToDictionary(), decay: null), step);
    }

    private void ApplyMasks()
    {
        using var gradients = torch.no_grad();
        foreach (var (parameter, mask) in masked)
        {
            parameter.mul_(mask);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        masked.ForEach(each => each.Mask.Dispose());
        optimiser.Dispose();
        average?.Dispose();
    }
}
