using ParquetPool.Errors;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Graphs;

/// <summary>Weights of which a model states those that are not 0: written out, so that everything behind meets plain tensors.</summary>
internal static class SparseWeights
{
    /// <summary>Makes every sparse constant of <paramref name="model"/> a plain one.</summary>
    /// <exception cref="DataException">One is too large, or states numbers where it has no place for them.</exception>
    public static void WriteOut(ModelProto model, string path)
    {
        foreach (var graph in Bodies.AllGraphs(model.Graph).ToList())
        {
            graph.Initializer.Add(graph.SparseInitializer.Select(sparse => Dense(sparse, sparse.Values?.Name ?? "", path)));
            graph.SparseInitializer.Clear();
            foreach (var (node, attribute) in graph.Node.SelectMany(n => n.Attribute.Where(a => a.SparseTensor is not null).Select(a => (n, a))))
            {
                (attribute.T, attribute.SparseTensor) = (Dense(attribute.SparseTensor, node.Output.FirstOrDefault() ?? "", path), null);
                (attribute.Name, attribute.Type) = ("value", AttributeProto.Types.AttributeType.Tensor);
            }
        }
    }

    private static TensorProto Dense(SparseTensorProto sparse, string name, string path)
    {
        long[] dims = [.. sparse.Dims];
        var count = dims.Aggregate(1.0, (a, d) => a * d);
        if (sparse.Values is not { DataType: (int)DataType.Float or (int)DataType.Double or (int)DataType.Float16 or (int)DataType.Bfloat16 } values || ModelRules.Fault(values) is not null
            || sparse.Indices is not { DataType: (int)DataType.Int64 } indices || ModelRules.Fault(indices) is not null || dims.Any(d => d < 1) || count > ModelRules.MostNumbers)
        {
            throw new DataException($"{path}: the sparse tensor '{name}' of shape [{string.Join(", ", dims)}] is none of real numbers of at most {ModelRules.MostNumbers:N0}: export the model with plain tensors");
        }
        var (numbers, places, dense) = (Tensors.ToFloats(values), Tensors.ToInt64s(indices), new float[(int)count]);
        var axes = places.Length == numbers.Length && indices.Dims.Count < 2 ? 1 : dims.Length;
        for (var i = 0; i < numbers.Length; i++)
        {
            var place = places.Length == numbers.Length * axes ? axes == 1 ? places[i] : Place(places.AsSpan(i * axes, axes), dims) : -1;
            dense[place >= 0 && place < dense.Length ? place : throw new DataException($"{path}: the sparse tensor '{name}' of shape [{string.Join(", ", dims)}] has a number at a place that it has not: export the model again")] = numbers[i];
        }
        return Tensors.Float(name, dense, dims);
    }

    /// <summary>Row-major; -1 for coordinates outside.</summary>
    private static long Place(ReadOnlySpan<long> coordinates, long[] dims)
    {
        long place = 0;
        for (var axis = 0; axis < dims.Length; axis++)
        {
            if (coordinates[axis] < 0 || coordinates[axis] >= dims[axis])
            {
                return -1;
            }
            place = (place * dims[axis]) + coordinates[axis];
        }
        return place;
    }
}
