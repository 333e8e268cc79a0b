using System.Numerics.Tensors;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rounds;

/// <summary>What a model must show before it is published.</summary>
/// <param name="Difference">The largest difference between ONNX Runtime's and libtorch's hold-out logits, dropout off.</param>
public readonly record struct ModelCheck(double Difference)
{
    /// <summary>The most by which a logit may differ, relative to the row's largest where that is above 1, for rounding grows with them.</summary>
    public const double Tolerance = 1e-5;

    private const int TileRows = 64;

    /// <summary>Runs the bytes that will be published in stock sessions, with ONNX Runtime's default optimisations.</summary>
    /// <param name="model">The bytes of <c>model.onnx</c>.</param>
    /// <param name="trained">What the bytes were made from.</param>
    /// <exception cref="DataException">The model does not predict what libtorch predicted, or its dropout is not active.</exception>
    public static ModelCheck Run(byte[] model, TrainedNetwork trained)
    {
        var published = ModelProto.Parser.ParseFrom(model);
        var difference = LargestDifference(Logits(DropoutSwitch.Off(published), trained), trained.HoldoutLogits, trained.Set.Classes.Count);
        LabelledRow[] some = [.. trained.Set.Holdout.Take(TileRows)];
        return Logits(published, trained.Network.Inputs, some).AsSpan().SequenceEqual(Logits(published, trained.Network.Inputs, some))
            ? throw new DataException("two runs of the model give the same logits, expected its dropout to be active in ONNX Runtime: nothing is published; the scorer's committee would agree on every row")
            : new ModelCheck(difference);
    }

    private static double LargestDifference(float[] found, float[] expected, int classes)
    {
        var largest = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            var apart = Math.Abs((double)found[i] - expected[i]);
            largest = Math.Max(largest, apart);
            var tolerance = Tolerance * Math.Max(1, Math.Abs(TensorPrimitives.MaxMagnitude(expected.AsSpan(i / classes * classes, classes))));
            if (!(apart <= tolerance))
            {
                throw new DataException($"the model gives a logit of {found[i]} where the training gave {expected[i]}, expected them within {tolerance}: nothing is published; this is a bug, report the network");
            }
        }
        return largest;
    }

    private static float[] Logits(ModelProto model, TrainedNetwork trained) => Logits(model, trained.Network.Inputs, trained.Set.Holdout);

    /// <summary>[row, class]: the rows in whole tiles.</summary>
    /// <remarks>The last tile is filled up by starting over: a handful of rows might drop the same units in two runs by chance.</remarks>
    internal static float[] Logits(ModelProto model, IReadOnlyList<ModelInput> modelInputs, IReadOnlyList<LabelledRow> rows)
    {
        using var session = new ModelSession(model);
        var inputs = modelInputs.ToDictionary(i => i.Name, i => TensorBuffer.Floats(TileRows, i.Dims[1]));
        try
        {
            var logits = new List<float>();
            for (var first = 0; first < rows.Count; first += TileRows)
            {
                for (var i = 0; i < TileRows; i++)
                {
                    rows[(first + i) % rows.Count].Fill(modelInputs, name => inputs[name].Span, i);
                }
                logits.AddRange(session.Run(inputs)[Network.Logits].Values);
            }
            return [.. logits];
        }
        finally
        {
            foreach (var input in inputs.Values)
            {
                input.Dispose();
            }
        }
    }
}
