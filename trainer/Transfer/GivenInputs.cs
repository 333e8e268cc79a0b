using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Transfer;

/// <summary>Brings feature columns, vectors of numbers, into the shapes and types that a given model takes.</summary>
internal static class GivenInputs
{
    private const int Colours = 3;

    /// <summary>Writes what lies between each column and the model's input.</summary>
    /// <param name="graph">Has the inputs that <paramref name="fed"/> names.</param>
    /// <param name="inputs">The model's own inputs.</param>
    /// <param name="fed">The network's input for each of them, in the same order.</param>
    /// <returns>From the name of a model's input to the value that takes its place.</returns>
    /// <exception cref="DataException">A column's vectors do not fit an input; both shapes are named.</exception>
    public static Dictionary<string, string> Write(GraphBuilder graph, IReadOnlyList<ValueInfoProto> inputs, IReadOnlyList<ModelInput> fed) =>
        inputs.Zip(fed).ToDictionary(i => i.First.Name, i => Typed(graph, i.First, Shaped(graph, i.First, i.Second)));

    /// <summary>The columns in the order of the model's inputs: by name where all have one of an input's, else as given.</summary>
    /// <exception cref="UsageException">There are more or fewer columns than inputs.</exception>
    public static IReadOnlyList<VectorColumn> Matched(ModelPackage package, IReadOnlyList<VectorColumn> columns)
    {
        string[] names = [.. ModelFile.FeatureInputs(package.Model).Select(v => v.Name)];
        return names.Length != columns.Count
            ? throw new UsageException($"--from {package.Path} takes {names.Length} input{(names.Length == 1 ? "" : "s")} ({string.Join(", ", names)}), got {columns.Count} feature columns ({string.Join(", ", columns.Select(c => c.Name))}): name one for each with --features")
            : names.All(n => columns.Any(c => c.Name == n)) ? [.. names.Select(n => columns.First(c => c.Name == n))] : columns;
    }

    private static string Shaped(GraphBuilder graph, ValueInfoProto input, ModelInput fed)
    {
        var (dims, width) = (ModelFile.Dims(input), (int)fed.Dims[1]);
        switch (dims)
        {
            case [] or [_]:
            case [_, -1]:
            case [_, var w] when w == width:
                return fed.Name;
            case [_, .. var rest] when rest.All(d => d > 0) && rest.Aggregate(1L, (a, d) => a * d) == width:
                RequireOrder(input, fed, rest);
                return Reshaped(graph, fed.Name, rest);
            case [_, -1, > 0 and var size] when width % size == 0:
                return Reshaped(graph, fed.Name, [width / size, size]);
            case [_, var channels, var height, var w] when ImageOf(width) is var (c, side) && (channels == -1 || channels == c || (c == 1 && channels == Colours)):
                RequireOrder(input, fed, [c, side, side]);
                var image = Reshaped(graph, fed.Name, [c, side, side]);
                image = (height == -1 || height == side) && (w == -1 || w == side) ? image : Resized(graph, image, height == -1 ? side : height, w == -1 ? side : w);
                return channels == -1 || channels == c ? image : graph.Op("Concat", Enumerable.Repeat(image, (int)channels).ToArray(), Attributes.Int("axis", 1));
            default:
                throw new DataException($"column {fed.Columns[0]} holds {width} values, the model's input '{input.Name}' takes [{string.Join(", ", dims.Select(d => d < 0 ? "any" : $"{d}"))}]: give a column of that size, or of square pictures for an input of pictures");
        }
    }

    /// <summary>Pictures kept as rows, columns, channels would be scrambled where channels, rows, columns are taken.</summary>
    private static void RequireOrder(ValueInfoProto input, ModelInput fed, long[] taken)
    {
        if (taken is [var channels, var height, var width] && fed.Shape is { } shape && shape != $"{channels}x{height}x{width}" && !(channels == 1 && shape == $"{height}x{width}"))
        {
            throw new DataException($"column {fed.Columns[0]} holds lists of {shape} numbers, the model's input '{input.Name}' takes {channels}x{height}x{width} (channels, rows, columns): give the pictures in that order, or as one list of numbers");
        }
    }

    private static string Typed(GraphBuilder graph, ValueInfoProto input, string value) => (DataType)input.Type.TensorType.ElemType switch
    {
        DataType.Float => value,
        var type and (DataType.Double or DataType.Float16 or DataType.Int64 or DataType.Int32 or DataType.Uint8 or DataType.Bool) =>
            graph.Op("Cast", [value], Attributes.Int("to", (long)type)),
        var type => throw new DataException($"the model's input '{input.Name}' takes {type}, expected numbers: export it with another type"),
    };

    private static string Reshaped(GraphBuilder graph, string value, ReadOnlySpan<long> row) => graph.Op("Reshape", [value, graph.Ints([-1, .. row])]);

    private static string Resized(GraphBuilder graph, string image, long height, long width)
    {
        var size = graph.Op("Concat", [graph.Op("Slice", [graph.Op("Shape", [image]), graph.Ints(0), graph.Ints(2)]), graph.Ints(height, width)], Attributes.Int("axis", 0));
        return graph.Op("Resize", [image, "", "", size], Attributes.Text("mode", "linear"));
    }

    /// <summary>Channels and side of square pictures with as many values.</summary>
    private static (int Channels, int Side)? ImageOf(int width) =>
        Side(width) is { } grey ? (1, grey)
        : width % 3 == 0 && Side(width / 3) is { } colour ? (3, colour)
        : null;

    private static int? Side(int values) => (int)Math.Round(Math.Sqrt(values)) is var side && side * side == values ? side : null;
}
