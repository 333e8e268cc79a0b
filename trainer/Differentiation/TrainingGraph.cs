using ParquetPool.Commands;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>A model, its loss and the gradients of the loss, as graphs that ONNX Runtime runs.</summary>
/// <remarks>
/// Reverse-mode differentiation: from the loss backwards, each node's <see cref="GradientRule"/> appends the gradients of its inputs to
/// the graph; where a value is used more than once they are added. Nodes that no parameter reaches get none.
/// </remarks>
public sealed class TrainingGraph
{
    private TrainingGraph(ForwardPass forward, ModelProto evaluation, string loss, IReadOnlyDictionary<string, string> gradients)
    {
        (Model, Evaluation, Loss, Gradients) = (forward.Graph.Model, evaluation, loss, gradients);
        (Parameters, Masks, Statistics, Shapes) = (forward.Parameters, forward.Masks, forward.Statistics, forward.Shapes);
        Initial = Parameters.Concat(Statistics.Select(s => s.Name)).Distinct().ToDictionary(p => p, p => forward.Constants[p]);
    }

    /// <summary>
    /// Forward and backward. Inputs: the forward model's, the parameters and the dropout masks. Outputs: the loss, the gradients, the batch
    /// statistics and what <c>outputs</c> asked for.
    /// </summary>
    public ModelProto Model { get; }

    /// <summary>
    /// Forward only, without dropout and with running statistics. Inputs: the forward model's, the parameters, the running statistics.
    /// Outputs: the loss and the forward model's outputs.
    /// </summary>
    public ModelProto Evaluation { get; }

    /// <summary>The name of the scalar loss.</summary>
    public string Loss { get; }

    /// <summary>The initializers that learn, in the order given; scale and bias of frozen batch normalisations are left out.</summary>
    public IReadOnlyList<string> Parameters { get; }

    /// <summary>From parameter to the output that carries its gradient, which has the parameter's shape.</summary>
    public IReadOnlyDictionary<string, string> Gradients { get; }

    public IReadOnlyList<DropoutMask> Masks { get; }

    public IReadOnlyList<RunningStatistic> Statistics { get; }

    /// <summary>The forward model's values of parameters and running statistics.</summary>
    public IReadOnlyDictionary<string, TensorProto> Initial { get; }

    /// <summary>The dimensions of every forward value; -k is k times the batch.</summary>
    public IReadOnlyDictionary<string, long[]> Shapes { get; }

    /// <summary>Differentiates <paramref name="loss"/> with respect to <paramref name="parameters"/>.</summary>
    /// <param name="forward">
    /// An inference model with the loss appended. Its Dropout(x, ratio, training_mode) nodes are trained with masks in the shape of x, its
    /// BatchNormalization nodes with the statistics of the batch.
    /// </param>
    /// <param name="loss">A value of one element.</param>
    /// <param name="parameters">Float initializers.</param>
    /// <param name="inputs">Dimensions of every input of <paramref name="forward"/>, -1 for the batch.</param>
    /// <param name="freezeBatchNorm">Batch normalisations use their running statistics, and neither these nor scale and bias learn.</param>
    /// <param name="outputs">Forward values that a training step shall give as well.</param>
    /// <exception cref="DataException">
    /// An operator between a parameter and the loss has no gradient rule, a parameter does not exist or does not reach the loss, or the
    /// model cannot be run.
    /// </exception>
    public static TrainingGraph Differentiate(
        ModelProto forward,
        string loss,
        IReadOnlyList<string> parameters,
        IReadOnlyDictionary<string, long[]> inputs,
        bool freezeBatchNorm = false,
        IReadOnlyList<string>? outputs = null)
    {
        var pass = new ForwardPass(forward, inputs, parameters, freezeBatchNorm);
        Check(pass, loss, parameters);
        var gradients = Backward(pass, loss);
        var graph = pass.Graph;
        foreach (var value in outputs?.Prepend(loss) ?? [loss])
        {
            graph.Output(value, value, DataType.Float, pass.Shapes[value]);
        }
        var names = new Dictionary<string, string>();
        foreach (var parameter in pass.Parameters)
        {
            var gradient = gradients.GetValueOrDefault(parameter)
                ?? throw new DataException($"the loss does not depend on the parameter '{parameter}': leave it out or connect it");
            names[parameter] = $"{parameter}_gradient";
            graph.Output(gradient, names[parameter], DataType.Float, pass.Shapes[parameter]);
        }
        ModelPruning.TurnIntoInputs(graph, pass.Parameters);
        ModelPruning.RemoveUnused(graph.Model);
        var learned = pass.Parameters.Concat(pass.Statistics.Select(s => s.Name)).Distinct();
        return new TrainingGraph(pass, EvaluationGraph.Of(forward, loss, pass, learned), loss, names);
    }

    /// <summary>The gradient of each value that has one.</summary>
    private static Dictionary<string, string> Backward(ForwardPass pass, string loss)
    {
        var context = new GradientContext(pass.Graph, pass.Shapes, pass.Constants, Learning(pass));
        var gradients = new Dictionary<string, string>
        {
            [loss] = pass.Graph.Constant("one", [1f], pass.Shapes[loss]),
        };
        foreach (var node in Enumerable.Reverse(pass.Tape))
        {
            var given = node.Output.Select(gradients.GetValueOrDefault).ToArray();
            if (given.All(g => g is null) || !node.Input.Any(context.Learns) || !GradientRules.Passes(node.OpType))
            {
                continue;
            }
            var rule = GradientRules.Find(node.OpType)
                ?? throw new DataException(
                    $"cannot differentiate {node.OpType} (node '{node.Name}'): there is no gradient rule for it; train only what comes after it, or replace it");
            foreach (var (input, gradient) in node.Input.Zip(rule(context, node, given)))
            {
                if (gradient is not null && context.Learns(input))
                {
                    gradients[input] = gradients.TryGetValue(input, out var other) ? pass.Graph.Add(other, gradient) : gradient;
                }
            }
        }
        return gradients;
    }

    /// <summary>The values that depend on a parameter.</summary>
    private static HashSet<string> Learning(ForwardPass pass)
    {
        var learning = pass.Parameters.ToHashSet();
        foreach (var node in pass.Tape)
        {
            if (GradientRules.Passes(node.OpType) && node.Input.Any(learning.Contains))
            {
                learning.UnionWith(node.Output.Where(o => o.Length > 0));
            }
        }
        return learning;
    }

    private static void Check(ForwardPass pass, string loss, IReadOnlyList<string> parameters)
    {
        if (!pass.Shapes.TryGetValue(loss, out var dims) || dims.Any(d => d != 1))
        {
            var found = dims is null ? "no such value" : $"shape [{string.Join(", ", dims)}]";
            throw new DataException($"the loss '{loss}' has {found}, expected a scalar: reduce it over the batch");
        }
        foreach (var parameter in parameters)
        {
            if (!pass.Constants.TryGetValue(parameter, out var tensor) || tensor.DataType != (int)DataType.Float)
            {
                throw new DataException($"the parameter '{parameter}' is no float initializer of the model: name one that is");
            }
        }
    }
}
