using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Torch;

/// <summary>What changed between the operator sets, form by form.</summary>
internal sealed class Lift(ModelProto model, long opset)
{
    private readonly Dictionary<string, int> ranks = model.Graph.Input.Concat(model.Graph.Output).Concat(model.Graph.ValueInfo)
        .Where(v => v.Type?.TensorType?.Shape is not null)
        .DistinctBy(v => v.Name)
        .ToDictionary(v => v.Name, v => v.Type.TensorType.Shape.Dim.Count);

    public GraphBuilder Graph { get; } = new(model);

    public void Keep(NodeProto node) => Graph.Model.Graph.Node.Add(node);

    /// <summary>An initializer instead of a Constant node.</summary>
    public void Constant(NodeProto node)
    {
        var tensor = node.Find("value")?.T?.Clone()
            ?? (node.Find("value_float") is { } f ? Tensors.Float("", [f.F]) : null)
            ?? (node.Find("value_floats") is { } floats ? Tensors.Float("", [.. floats.Floats], floats.Floats.Count) : null)
            ?? (node.Find("value_int") is { } i ? Tensors.Int64("", [i.I]) : null)
            ?? (node.Find("value_ints") is { } ints ? Tensors.Int64("", [.. ints.Ints], ints.Ints.Count) : null)
            ?? throw new DataException($"the constant '{node.Output[0]}' holds no numbers, expected a tensor: export the model without it");
        tensor.Name = node.Output[0];
        Graph.Model.Graph.Initializer.Add(tensor);
    }

    /// <summary>An attribute that became the input at <paramref name="place"/>.</summary>
    public void Ints(NodeProto node, string attribute, int place)
    {
        if (Take(node, attribute) is { } found)
        {
            Put(node, place, Graph.Ints([.. found.Ints]));
        }
    }

    public void Int(NodeProto node, string attribute, int place)
    {
        if (Take(node, attribute) is { } found)
        {
            Put(node, place, Graph.Ints(found.I));
        }
    }

    public void Float(NodeProto node, string attribute, int place)
    {
        if (Take(node, attribute) is { } found)
        {
            Put(node, place, Graph.Scalar(found.F));
        }
    }

    /// <summary>Operator set 13 made the sizes an input, 18 asks for the number of parts where there are no sizes.</summary>
    public void Split(NodeProto node)
    {
        if (opset < 13)
        {
            Ints(node, "split", 1);
        }
        if (node.InputAt(1) is null)
        {
            node.Attribute.Add(Attributes.Int("num_outputs", node.Output.Count));
        }
    }

    /// <summary>Before operator set 13 it was over all axes from the given one, together.</summary>
    public void Softmax(NodeProto node)
    {
        var axis = Take(node, "axis")?.I ?? 1;
        var rank = ranks.GetValueOrDefault(node.Input[0], ranks.GetValueOrDefault(node.Output[0], 0));
        var last = axis == -1 || axis == rank - 1;
        node.Attribute.Add(Attributes.Int("axis", -1));
        if (last)
        {
            Keep(node);
            return;
        }
        var (x, y) = (node.Input[0], node.Output[0]);
        var shape = Graph.Op("Shape", [x]);
        node.Input[0] = Graph.Op("Flatten", [x], Attributes.Int("axis", axis));
        node.Output[0] = Graph.Unique($"{y}_rows");
        Keep(node);
        Keep(new NodeProto { OpType = "Reshape", Name = Graph.Unique($"{y}_whole"), Input = { node.Output[0], shape }, Output = { y } });
    }

    /// <summary>Upsample became Resize with operator set 10, and that got a place for a region of interest with 11. Of fewer places each was the nearest above, of more the nearest below.</summary>
    public void Resize(NodeProto node)
    {
        node.OpType = "Resize";
        var scales = Take(node, "scales") is { } given ? Graph.Constant("scales", [.. given.Floats], given.Floats.Count) : node.Input[1];
        while (node.Input.Count > 1)
        {
            node.Input.RemoveAt(1);
        }
        node.Input.Add("");
        node.Input.Add(scales);
        node.Attribute.Add(Attributes.Text("coordinate_transformation_mode", "asymmetric"));
        node.Attribute.Add(Attributes.Text("nearest_mode", Graph.Model.Graph.Initializer.FirstOrDefault(t => t.Name == scales) is { } known && Tensors.ToFloats(known).Any(scale => scale < 1) ? "ceil" : "floor"));
    }

    /// <summary>Operator set 9 gave up statistics for single places, 14 those that older training graphs put out.</summary>
    public static void BatchNormalization(NodeProto node)
    {
        if (Take(node, "spatial")?.I == 0)
        {
            throw new DataException($"the operator BatchNormalization (node '{node.Name}') has statistics for single places, expected for channels: export the model again");
        }
        while (node.Output.Count > 1)
        {
            node.Output.RemoveAt(1);
        }
    }

    public static void GridSample(NodeProto node)
    {
        var mode = Take(node, "mode")?.S.ToStringUtf8() ?? "bilinear";
        node.Attribute.Add(Attributes.Text("mode", mode switch { "bilinear" => "linear", "bicubic" => "cubic", _ => mode }));
    }

    private static AttributeProto? Take(NodeProto node, string name)
    {
        if (node.Find(name) is not { } found)
        {
            return null;
        }
        node.Attribute.Remove(found);
        return found;
    }

    private static void Put(NodeProto node, int place, string value)
    {
        while (node.Input.Count <= place)
        {
            node.Input.Add("");
        }
        node.Input[place] = value;
    }
}
