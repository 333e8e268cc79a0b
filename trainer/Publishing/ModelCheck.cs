using System.Numerics.Tensors;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Publishing;

/// <summary>What a model must show before it is published.</summary>
/// <param name="Difference">The largest difference between ONNX Runtime's and libtorch's hold-out logits, dropout off.</param>
internal readonly record struct ModelCheck(double Difference)
{
    /// <summary>The most by which a logit may differ, relative to the row's largest where that is above 1, for rounding grows with them: two libraries round the twenty layers of a ResNet18 1.4e-5 apart.</summary>
    public const double Tolerance = 1e-4;

    private const int TileRows = 64;

    /// <summary>Runs the bytes that will be published in stock sessions, with ONNX Runtime's default optimisations.</summary>
    /// <param name="model">The bytes of <c>model.onnx</c>.</param>
    /// <param name="trained">What the bytes were made from.</param>
    /// <exception cref="DataException">The model does not predict what libtorch predicted, or its dropout is not active.</exception>
    public static ModelCheck Run(byte[] model, TrainedNetwork trained)
    {
        LabelledRow[] compared = [.. trained.Set.Holdout.Take(trained.HoldoutLogits.Length / trained.Set.Classes.Count)];
        return Run(model, trained.Network.Inputs, Network.Logits, compared, trained.HoldoutLogits, trained.Set.Classes.Count);
    }

    /// <summary>The same of any output.</summary>
    /// <param name="rows">What it is shown.</param>
    /// <param name="predicted">[row, unit] of libtorch, dropout off.</param>
    /// <param name="width">Units.</param>
    /// <exception cref="DataException">The model does not predict what libtorch predicted, or its dropout is not active.</exception>
    public static ModelCheck Run(byte[] model, IReadOnlyList<ModelInput> inputs, string output, IReadOnlyList<LabelledRow> rows, float[] predicted, int width)
    {
        var published = ModelProto.Parser.ParseFrom(model);
        var (difference, at) = (0.0, 0);
        foreach (var tile in Tiles(DropoutSwitch.Off(published), inputs, output, rows))
        {
            var expected = predicted.AsSpan(at, Math.Min(tile.Length, predicted.Length - at));
            difference = Math.Max(difference, LargestDifference(tile, expected, width));
            at += expected.Length;
        }
        LabelledRow[] some = [.. rows.Take(TileRows)];
        return Once().SequenceEqual(Once())
            ? throw new DataException("two runs of the model give the same logits, expected its dropout to be active in ONNX Runtime: nothing is published; the scorer's committee would agree on every row")
            : new ModelCheck(difference);

        IEnumerable<float> Once() => Tiles(published, inputs, output, some).SelectMany(tile => tile);
    }

    private static double LargestDifference(ReadOnlySpan<float> found, ReadOnlySpan<float> expected, int classes)
    {
        var largest = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            var apart = Math.Abs((double)found[i] - expected[i]);
            largest = Math.Max(largest, apart);
            var tolerance = Tolerance * Math.Max(1, Math.Abs(TensorPrimitives.MaxMagnitude(expected.Slice(i / classes * classes, classes))));
            if (!(apart <= tolerance))
            {
                throw new DataException($"the model gives a logit of {found[i]} where the training gave {expected[i]}, expected them within {tolerance}: nothing is published; this is a bug, report the network");
            }
        }
        return largest;
    }

    /// <summary>[row, unit] for each whole tile of rows.</summary>
    /// <remarks>The last tile is filled up by starting over: a handful of rows might drop the same units in two runs by chance.</remarks>
    internal static IEnumerable<float[]> Tiles(ModelProto model, IReadOnlyList<ModelInput> modelInputs, string output, IReadOnlyList<LabelledRow> rows)
    {
        using var session = new ModelSession(model);
        var inputs = modelInputs.ToDictionary(i => i.Name, i => TensorBuffer.Floats(TileRows, i.Dims[1]));
        try
        {
            for (var first = 0; first < rows.Count; first += TileRows)
            {
                for (var i = 0; i < TileRows; i++)
                {
                    rows[(first + i) % rows.Count].Fill(modelInputs, name => inputs[name].Span, i);
                }
                yield return session.Run(inputs)[output].Values;
            }
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
