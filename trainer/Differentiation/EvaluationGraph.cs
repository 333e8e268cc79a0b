using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>The forward model as it predicts: dropout off, running statistics, but with parameters that may still change.</summary>
internal static class EvaluationGraph
{
    /// <summary>Outputs are the loss and the float outputs of <paramref name="forward"/>.</summary>
    public static ModelProto Of(ModelProto forward, string loss, ForwardPass pass, IEnumerable<string> learned)
    {
        var model = DropoutSwitch.Off(ForwardPass.WithoutConstantNodes(forward));
        model.Graph.ValueInfo.Clear();
        var names = model.Graph.Output
            .Where(o => o.Type?.TensorType?.ElemType is null or (int)DataType.Float)
            .Select(o => o.Name).Append(loss).Distinct().ToArray();
        model.Graph.Output.Clear();
        var graph = new GraphBuilder(model);
        foreach (var name in names)
        {
            graph.Output(name, name, DataType.Float, pass.Shapes[name]);
        }
        ModelPruning.TurnIntoInputs(graph, learned);
        ModelPruning.RemoveUnused(graph.Model);
        return graph.Model;
    }
}
