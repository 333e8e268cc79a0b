using ParquetPool.Commands;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>The forward model rewritten for training: masks instead of Dropout, batch statistics instead of running ones.</summary>
internal sealed class ForwardPass
{
    private readonly bool freezeBatchNorm;
    private readonly Dictionary<string, long[]> shapes;
    private readonly HashSet<string> learnable;

    /// <summary>Rewrites <paramref name="forward"/>; its initializers keep their names.</summary>
    public ForwardPass(ModelProto forward, IReadOnlyDictionary<string, long[]> inputs, IReadOnlyList<string> parameters, bool freezeBatchNorm)
    {
        if (ModelFile.Opset(forward) < 13)
        {
            throw new DataException($"the model uses operator set {ModelFile.Opset(forward)}, training needs 13 or later: export it again");
        }
        this.freezeBatchNorm = freezeBatchNorm;
        var model = WithoutConstantNodes(forward);
        shapes = new(ShapeProbe.Shapes(model, inputs));
        Constants = model.Graph.Initializer.ToDictionary(t => t.Name);
        learnable = [.. parameters];
        if (freezeBatchNorm)
        {
            learnable.ExceptWith(model.Graph.Node.Where(IsBatchNorm).SelectMany(n => n.Input.Skip(1)));
        }
        Parameters = [.. parameters.Where(learnable.Contains)];
        Graph = new GraphBuilder(model);
        Graph.Model.Graph.Node.Clear();
        Graph.Model.Graph.Output.Clear();
        Graph.Model.Graph.ValueInfo.Clear();
        foreach (var node in model.Graph.Node)
        {
            Write(node);
        }
    }

    /// <summary>The graph that holds the rewritten nodes; it has no outputs yet.</summary>
    public GraphBuilder Graph { get; }

    /// <summary>The nodes as the gradient rules see them, in the order of computation.</summary>
    public List<NodeProto> Tape { get; } = [];

    public IReadOnlyDictionary<string, long[]> Shapes => shapes;

    public IReadOnlyDictionary<string, TensorProto> Constants { get; }

    /// <summary>The parameters that learn: without frozen batch normalisations' scale and bias.</summary>
    public IReadOnlyList<string> Parameters { get; }

    public List<DropoutMask> Masks { get; } = [];

    public List<RunningStatistic> Statistics { get; } = [];

    /// <summary>Constant nodes become initializers, so that rules see their values.</summary>
    public static ModelProto WithoutConstantNodes(ModelProto forward)
    {
        var model = forward.Clone();
        for (var i = model.Graph.Node.Count - 1; i >= 0; i--)
        {
            var node = model.Graph.Node[i];
            if (node.OpType == "Constant" && Value(node) is { } tensor)
            {
                tensor.Name = node.Output[0];
                model.Graph.Initializer.Add(tensor);
                model.Graph.Node.RemoveAt(i);
            }
        }
        return model;
    }

    public static bool IsBatchNorm(NodeProto node) => node.OpType == "BatchNormalization";

    /// <summary>Whether the node drops units: its third input says so, or is computed.</summary>
    public static bool IsActiveDropout(NodeProto node, IReadOnlyDictionary<string, TensorProto> constants) =>
        node.OpType == "Dropout" && node.InputAt(2) is { } mode
        && (!constants.TryGetValue(mode, out var value) || Tensors.ToInt64s(value)[0] != 0);

    private void Write(NodeProto node)
    {
        if (node.OpType == "Dropout")
        {
            WriteDropout(node);
        }
        else if (IsBatchNorm(node) && !freezeBatchNorm)
        {
            WriteBatchNorm(node);
        }
        else
        {
            Graph.Model.Graph.Node.Add(node);
            Tape.Add(node);
        }
    }

    private void WriteDropout(NodeProto node)
    {
        var ratio = node.InputAt(1) is { } given && Constants.TryGetValue(given, out var value) ? Tensors.ToFloats(value)[0] : 0.5f;
        var (x, y) = (node.Input[0], node.Output[0]);
        if (!IsActiveDropout(node, Constants) || ratio == 0)
        {
            Replace("Identity", node, [x]);
            return;
        }
        var mask = Graph.Input($"{y}_mask", DataType.Float, shapes[x]);
        shapes[mask] = shapes[x];
        Masks.Add(new DropoutMask(mask, ratio, shapes[x]));
        Replace("Mul", node, [x, mask]);
        if (node.Output.Count > 1 && node.Output[1].Length > 0)
        {
            Graph.Model.Graph.Node.Add(new NodeProto
            {
                OpType = "Cast",
                Name = node.Output[1],
                Input = { mask },
                Output = { node.Output[1] },
                Attribute = { Attributes.Int("to", (long)DataType.Bool) },
            });
        }
    }

    /// <summary>
    /// The statistics are computed beside the node, which then normalises by them; the tape keeps what the gradient needs.
    /// </summary>
    private void WriteBatchNorm(NodeProto node)
    {
        var x = node.Input[0];
        var mean = Graph.MeanPerChannel(x, shapes[x].Length);
        var centred = Graph.Sub(x, mean);
        var variance = Graph.MeanPerChannel(Graph.Mul(centred, centred), shapes[x].Length);
        var momentum = node.FloatOr("momentum", 0.9f);
        string[] batch = [Graph.Reshape(mean, -1), Graph.Reshape(variance, -1)];
        for (var i = 0; i < 2; i++)
        {
            var output = $"{node.Output[0]}_batch_{(i == 0 ? "mean" : "variance")}";
            shapes[output] = [.. Constants[node.Input[3 + i]].Dims];
            Graph.Output(batch[i], output, DataType.Float, shapes[output]);
            Statistics.Add(new RunningStatistic(node.Input[3 + i], output, momentum));
        }
        var normalised = node.Clone();
        (normalised.Input[3], normalised.Input[4]) = (batch[0], batch[1]);
        Graph.Model.Graph.Node.Add(normalised);
        Tape.Add(new NodeProto
        {
            OpType = Normalisations.TrainedBatchNormalization,
            Name = node.Name,
            Input = { x, node.Input[1], node.Input[2], centred, variance },
            Output = { node.Output[0] },
            Attribute = { Attributes.Float("epsilon", node.FloatOr("epsilon", 1e-5f)) },
        });
    }

    private void Replace(string op, NodeProto node, string[] inputs)
    {
        var replacement = new NodeProto { OpType = op, Name = node.Name, Input = { inputs }, Output = { node.Output[0] } };
        Graph.Model.Graph.Node.Add(replacement);
        Tape.Add(replacement);
    }

    private static TensorProto? Value(NodeProto constant) =>
        constant.Find("value")?.T?.Clone()
        ?? (constant.Find("value_float") is { } f ? Tensors.Float("", [f.F]) : null)
        ?? (constant.Find("value_int") is { } i ? Tensors.Int64("", [i.I]) : null)
        ?? (constant.Find("value_ints") is { } many ? Tensors.Int64("", [.. many.Ints], many.Ints.Count) : null);
}
