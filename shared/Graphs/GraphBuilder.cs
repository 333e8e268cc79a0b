using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Graphs;

/// <summary>Writes an ONNX graph node by node. A value is known by its name.</summary>
/// <remarks>Names are made unique by appending a number, so the same calls give the same bytes.</remarks>
public sealed class GraphBuilder
{
    /// <summary>The operator set of the graphs that ParquetPool makes.</summary>
    public const int Opset = 20;

    private const int IrVersion = 9;
    private readonly HashSet<string> names = [];

    /// <summary>An empty graph.</summary>
    public GraphBuilder(string name, int opset = Opset)
    {
        Model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "ParquetPool",
            Graph = new GraphProto { Name = name },
            OpsetImport = { new OperatorSetIdProto { Version = opset } },
        };
    }

    /// <summary>Goes on writing into a copy of <paramref name="model"/>.</summary>
    public GraphBuilder(ModelProto model)
    {
        Model = model.Clone();
        names.UnionWith(Graph.Input.Select(v => v.Name));
        names.UnionWith(Graph.Initializer.Select(t => t.Name));
        names.UnionWith(Graph.Node.SelectMany(n => n.Output));
        Reserve(Bodies.InnerNames(Graph));
    }

    /// <summary>The model as written so far.</summary>
    public ModelProto Model { get; }

    private GraphProto Graph => Model.Graph;

    /// <summary>A graph input; a dimension of -1 is the batch, one of -k is k times the batch.</summary>
    public string Input(string name, DataType type, params ReadOnlySpan<long> dims)
    {
        Graph.Input.Add(ValueInfo(Claim(name), type, dims));
        return name;
    }

    /// <summary>Makes <paramref name="value"/> an output called <paramref name="name"/>; a dimension of -1 is the batch, one of -k is k times it.</summary>
    public void Output(string value, string name, DataType type, params ReadOnlySpan<long> dims)
    {
        if (value != name)
        {
            Graph.Node.Add(new NodeProto { OpType = "Identity", Name = $"output_{name}", Input = { value }, Output = { Claim(name) } });
        }
        Graph.Output.Add(ValueInfo(name, type, dims));
    }

    /// <summary>A constant or parameter of the graph under a unique name made from the tensor's.</summary>
    public string Constant(TensorProto tensor)
    {
        tensor.Name = Unique(tensor.Name);
        Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>A constant float tensor.</summary>
    public string Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> dims) => Constant(Tensors.Float(name, values, dims));

    /// <summary>A constant float scalar.</summary>
    public string Scalar(float value) => Constant("scalar", [value]);

    /// <summary>A constant vector of 64-bit integers (axes, shapes).</summary>
    public string Ints(params ReadOnlySpan<long> values) => Constant(Tensors.Int64("ints", values, values.Length));

    /// <summary>Adds a node with one output and returns that output's name.</summary>
    public string Op(string type, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        Node(type, inputs, 1, attributes).Output[0];

    /// <summary>Adds a node; its outputs are named after the op. An empty input name leaves an optional input out.</summary>
    public NodeProto Node(string type, ReadOnlySpan<string> inputs, int outputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var name = Unique(type);
        var node = new NodeProto { OpType = type, Name = name };
        foreach (var input in inputs)
        {
            node.Input.Add(input);
        }
        for (var i = 0; i < outputs; i++)
        {
            node.Output.Add(i == 0 ? name : Unique($"{name}_{i}"));
        }
        foreach (var attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }
        Graph.Node.Add(node);
        return node;
    }

    /// <summary>Adds a node whose output names the caller has made unique; its own name becomes its first output's.</summary>
    public void Node(NodeProto node)
    {
        node.Name = node.Output[0];
        names.UnionWith(node.Output);
        Graph.Node.Add(node);
    }

    /// <summary>Keeps names from being given to new values.</summary>
    public void Reserve(IEnumerable<string> taken) => names.UnionWith(taken);

    /// <summary>A name that no value of the graph has yet.</summary>
    public string Unique(string stem)
    {
        var name = stem;
        for (var i = 2; !names.Add(name); i++)
        {
            name = $"{stem}_{i}";
        }
        return name;
    }

    private string Claim(string name) =>
        names.Add(name) ? name : throw new InvalidOperationException($"the graph already has a value named '{name}'");

    private static ValueInfoProto ValueInfo(string name, DataType type, ReadOnlySpan<long> dims)
    {
        var shape = new TensorShapeProto();
        foreach (var dim in dims)
        {
            shape.Dim.Add(dim < 0
                ? new TensorShapeProto.Types.Dimension { DimParam = dim == -1 ? "batch" : $"batch_x{-dim}" }
                : new TensorShapeProto.Types.Dimension { DimValue = dim });
        }
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }
}
