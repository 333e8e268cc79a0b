using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Torch;

/// <summary>Lifts a graph of operator set 7 to 20 to the forms of operator set 20, the only ones that all else knows.</summary>
internal static class OpsetUpgrade
{
    private const int Least = 7;
    private const int IrVersion = 9;

    private static readonly HashSet<string> Reductions =
        ["ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSumSquare"];

    /// <summary>
    /// A lifted copy: Constant nodes are initializers, initializers no inputs; values and weights keep their names. A model of operator
    /// set 21 or later keeps it.
    /// </summary>
    /// <exception cref="DataException">The model's operator set is older, or a node has a form that was given up.</exception>
    public static ModelProto Of(ModelProto model)
    {
        var opset = ModelFile.Opset(model);
        if (opset < Least)
        {
            throw new DataException($"the model uses operator set {opset}, training needs {Least} or later: export it again");
        }
        var lift = new Lift(model, opset);
        var lifted = lift.Graph.Model;
        var nodes = lifted.Graph.Node.ToList();
        lifted.Graph.Node.Clear();
        foreach (var node in nodes)
        {
            if (node.Domain is "" or "ai.onnx")
            {
                Write(lift, node, opset);
            }
            else
            {
                lifted.Graph.Node.Add(node);
            }
        }
        var inputs = ModelFile.FeatureInputs(lifted).ToList();
        lifted.Graph.Input.Clear();
        lifted.Graph.Input.Add(inputs);
        lifted.IrVersion = Math.Max(lifted.IrVersion, IrVersion);
        foreach (var import in lifted.OpsetImport.Where(o => o.Domain is "" or "ai.onnx"))
        {
            import.Version = Math.Max(import.Version, GraphBuilder.Opset);
        }
        return lifted;
    }

    private static void Write(Lift lift, NodeProto node, long opset)
    {
        switch (node.OpType)
        {
            case "Constant":
                lift.Constant(node);
                return;
            case "Squeeze" or "Unsqueeze" or "ReduceSum" when opset < 13:
                lift.Ints(node, "axes", 1);
                break;
            case var type when opset < 18 && Reductions.Contains(type):
                lift.Ints(node, "axes", 1);
                break;
            case "Split" when opset < 18:
                lift.Split(node);
                break;
            case "Softmax" or "LogSoftmax" or "Hardmax" when opset < 13:
                lift.Softmax(node);
                return;
            case "Clip" when opset < 11:
                lift.Float(node, "min", 1);
                lift.Float(node, "max", 2);
                break;
            case "Pad" when opset < 11:
                lift.Ints(node, "pads", 1);
                lift.Float(node, "value", 2);
                break;
            case "Slice" when opset < 10:
                lift.Ints(node, "starts", 1);
                lift.Ints(node, "ends", 2);
                lift.Ints(node, "axes", 3);
                break;
            case "TopK" when opset < 10:
                lift.Int(node, "k", 1);
                break;
            case "Dropout" when opset < 12:
                lift.Float(node, "ratio", 1);
                break;
            case "Scatter":
                node.OpType = "ScatterElements";
                break;
            case "Upsample" or "Resize" when opset < 11:
                lift.Resize(node);
                break;
            case "BatchNormalization" when opset < 14:
                Lift.BatchNormalization(node);
                break;
            case "GridSample" when opset < 20:
                Lift.GridSample(node);
                break;
        }
        lift.Keep(node);
    }
}
