using System.Numerics.Tensors;
using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rounds;

/// <summary>What a model predicts, dropout off.</summary>
internal static class PredictedClasses
{
    /// <summary>[row]: the name of the class with the largest logit.</summary>
    public static string[] Of(ModelProto model, IReadOnlyList<ModelInput> inputs, IReadOnlyList<string> classes, IReadOnlyList<LabelledRow> rows)
    {
        var logits = ModelCheck.Logits(DropoutSwitch.Off(model), inputs, rows);
        return [.. Enumerable.Range(0, rows.Count).Select(row => classes[TensorPrimitives.IndexOfMax(logits.AsSpan(row * classes.Count, classes.Count))])];
    }
}
