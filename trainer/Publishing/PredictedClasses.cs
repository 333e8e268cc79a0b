using System.Numerics.Tensors;
using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Publishing;

/// <summary>What a model predicts, dropout off.</summary>
internal static class PredictedClasses
{
    /// <summary>[row]: the name of the class with the largest logit.</summary>
    public static string[] Of(ModelProto model, IReadOnlyList<ModelInput> inputs, IReadOnlyList<string> classes, IReadOnlyList<LabelledRow> rows)
    {
        var predicted = ModelCheck.Tiles(DropoutSwitch.Off(model), inputs, Network.Logits, rows)
            .SelectMany(tile => Enumerable.Range(0, tile.Length / classes.Count).Select(row => classes[TensorPrimitives.IndexOfMax(tile.AsSpan(row * classes.Count, classes.Count))]));
        return [.. predicted.Take(rows.Count)];
    }
}
