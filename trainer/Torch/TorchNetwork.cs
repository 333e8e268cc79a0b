using System.Runtime.InteropServices;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Operators;
using TorchSharp;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Torch;

/// <summary>An ONNX graph that libtorch runs and differentiates. Not for two threads at a time.</summary>
/// <remarks>
/// Gradients are collected by whatever is computed outside <c>torch.no_grad()</c>. The same graph and sequence of calls give the same bytes,
/// on any machine's number of cores.
/// </remarks>
internal sealed class TorchNetwork : IDisposable
{
    private readonly List<Node> nodes;
    private readonly Dictionary<string, Tensor> held = [];
    private readonly Dictionary<string, Tensor> parameters = [];
    private readonly Dictionary<string, Tensor> statistics = [];
    private readonly Dictionary<string, TrainedDropout> sites;
    private readonly Dictionary<string, BatchStatistics> norms;
    private readonly Dictionary<string, Plan> plans = [];
    private readonly torch.Device device;

    /// <summary>Takes the weights of <paramref name="model"/>.</summary>
    /// <param name="model">Operator set 7 or later.</param>
    /// <param name="parameters">Float initializers that learn.</param>
    /// <param name="freezeBatchNorm">Batch normalisations use their running statistics, and neither these nor scale and bias learn.</param>
    /// <param name="device">Where the graph runs.</param>
    /// <exception cref="DataException">A parameter is no float initializer, or the graph has tensors that libtorch lacks.</exception>
    /// <exception cref="UsageException">libtorch or the device is not there.</exception>
    public TorchNetwork(ModelProto model, IReadOnlyList<string> parameters, bool freezeBatchNorm = false, Device device = default)
    {
        this.device = TorchLibrary.Use(device);
        var lifted = FixedBatch.Relaxed(OpsetUpgrade.Of(model));
        var graph = lifted.Graph;
        var constants = graph.Initializer.ToDictionary(t => t.Name);
        var learned = parameters.ToHashSet();
        if (freezeBatchNorm)
        {
            learned.ExceptWith(graph.Node.Where(BatchStatistics.IsBatchNorm).SelectMany(n => n.Input.Skip(1)));
        }
        nodes = [.. graph.Node.Select(n => new Node(n, ModelFile.Opset(lifted)))];
        sites = TrainedDropout.Of(graph.Node, constants);
        norms = BatchStatistics.Of(graph.Node, constants, learned);
        var images = graph.Node.Where(n => n.OpType == "Conv").Select(n => n.Input[1]).ToHashSet();
        using var scope = torch.NewDisposeScope();
        foreach (var name in parameters.Where(learned.Contains).Distinct())
        {
            this.parameters[name] = Hold(Parameter(constants, name), images).requires_grad_();
        }
        foreach (var name in norms.Values.SelectMany(n => new[] { n.Mean, n.Variance }).Distinct())
        {
            statistics[name] = Hold(constants[name], images);
        }
        foreach (var constant in graph.Initializer.Where(t => !held.ContainsKey(t.Name)))
        {
            Hold(constant, images);
        }
    }

    /// <summary>The initializers that learn, in the order given: leaves that require gradients. Scale and bias of frozen batch normalisations are left out.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters => parameters;

    /// <summary>The running statistics that training moves, by initializer.</summary>
    public IReadOnlyDictionary<string, Tensor> Statistics => statistics;

    /// <summary>Computes <paramref name="outputs"/>.</summary>
    /// <param name="inputs">By name: the graph's inputs, or any of its values, which are then not computed. They stay the caller's.</param>
    /// <param name="outputs">Any values of the graph.</param>
    /// <param name="pass">Training or prediction.</param>
    /// <returns>The values of <paramref name="outputs"/> in that order, in the caller's dispose scope.</returns>
    /// <exception cref="DataException">A node cannot be computed; the message names it.</exception>
    public Tensor[] Forward(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyList<string> outputs, Pass pass)
    {
        var key = string.Join('\n', [.. outputs, "", .. inputs.Keys]);
        if (!plans.TryGetValue(key, out var plan))
        {
            plans[key] = plan = Plan.For(nodes, held.Keys.Concat(inputs.Keys).ToHashSet(), outputs);
        }
        using var scope = torch.NewDisposeScope();
        var values = new Dictionary<string, Tensor>();
        foreach (var (node, done) in plan.Steps)
        {
            Run(node, pass, Value, values);
            foreach (var name in done)
            {
                values.Remove(name, out var value);
                value?.Dispose();
            }
        }
        // One that is asked for twice is moved once: moved again it would leave the caller's scope too, and stay for ever.
        var given = outputs.Distinct().ToDictionary(o => o, o => Whole(values.TryGetValue(o, out var made) ? made : Value(o)!.alias()).MoveToOuterDisposeScope());
        return [.. outputs.Select(o => given[o])];

        Tensor Whole(Tensor value) => pass.Mixed ? MixedPrecision.Float(value)! : value;

        Tensor? Value(string name) =>
            name.Length == 0 ? null
            : values.TryGetValue(name, out var made) ? made
            : inputs.TryGetValue(name, out var given) ? given
            : held.GetValueOrDefault(name);
    }

    /// <summary>Copies of parameters and running statistics, row-major.</summary>
    public IReadOnlyDictionary<string, float[]> State() =>
        parameters.Concat(statistics).ToDictionary(p => p.Key, p => TensorConversion.ToArray<float>(p.Value));

    /// <summary>Takes back what <see cref="State"/> gave; what this network does not learn is left alone.</summary>
    public void Restore(IReadOnlyDictionary<string, float[]> state)
    {
        foreach (var (name, tensor) in parameters.Concat(statistics))
        {
            Weights.Restore(tensor, state.GetValueOrDefault(name));
        }
    }

    /// <summary>Gives constants other values.</summary>
    /// <param name="values">Row-major, by initializer.</param>
    public void Replace(IReadOnlyDictionary<string, float[]> values)
    {
        foreach (var (name, elements) in values)
        {
            Weights.Restore(held[name], elements);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in held.Values)
        {
            tensor.Dispose();
        }
    }

    private static TensorProto Parameter(Dictionary<string, TensorProto> constants, string name) =>
        constants.TryGetValue(name, out var tensor) && tensor.DataType == (int)DataType.Float
            ? tensor
            : throw new DataException($"the parameter '{name}' is no float initializer of the model: name one that is");

    private Tensor Hold(TensorProto proto, HashSet<string> images)
    {
        var tensor = TensorConversion.ToTensor(proto).to(device);
        tensor = images.Contains(proto.Name) && tensor.ndim == 4 ? TensorConversion.ChannelsLast(tensor) : tensor;
        return held[proto.Name] = tensor.detach().DetachFromDisposeScope();
    }

    private void Run(Node node, Pass pass, Func<string, Tensor?> value, Dictionary<string, Tensor> values)
    {
        using var scope = torch.NewDisposeScope();
        var inputs = node.Inputs.Select(value).ToArray();
        try
        {
            inputs = pass.Mixed ? MixedPrecision.Inputs(node.Type, inputs) : inputs;
            var results = (pass.Training || pass.Samples) && sites.TryGetValue(node.Outputs[0], out var site) ? site.Apply(node, inputs[0]!, pass)
                : pass.Training && norms.TryGetValue(node.Outputs[0], out var norm) ? [norm.Apply(node, inputs, pass.KeepsStatistics)]
                : node.Compute(node, inputs);
            foreach (var (name, result) in node.Outputs.Zip(results))
            {
                if (name.Length > 0 && result is not null)
                {
                    values[name] = (inputs.Any(i => ReferenceEquals(i, result)) ? result.alias() : result).MoveToOuterDisposeScope();
                }
            }
        }
        catch (ExternalException e) when (!TorchMemory.Lacks(e))
        {
            throw node.Refusal($"cannot be computed on {Node.Describe(inputs)}: {e.Message.Split('\n')[0]}", e);
        }
    }
}

/// <summary>How a network is run.</summary>
/// <param name="Training">
/// Whether active dropout drops units and batch normalisations that learn use the statistics of the batch, which their running statistics then
/// follow. Otherwise the network predicts: no dropout, running statistics.
/// </param>
/// <param name="Seed">Decides the dropout masks, together with <paramref name="Step"/>.</param>
/// <param name="Step">The number of the step, from 0.</param>
/// <param name="Mixed">Whether products are computed in bfloat16; what is computed stays float32 at the outputs.</param>
/// <param name="KeepsStatistics">Whether running statistics stay as they are in training too.</param>
/// <param name="Samples">Whether a network that predicts drops units all the same, as a member of a committee does.</param>
internal readonly record struct Pass(bool Training, ulong Seed = 0, int Step = 0, bool Mixed = false, bool KeepsStatistics = false, bool Samples = false);
