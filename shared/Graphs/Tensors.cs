using System.Runtime.InteropServices;
using Google.Protobuf;
using ParquetPool.Errors;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Graphs;

/// <summary>Makes and reads the constant tensors of a graph.</summary>
public static class Tensors
{
    private const float SmallestNormal = 1.17549435e-38f;

    /// <summary>A float tensor of shape <paramref name="dims"/>, row-major.</summary>
    public static TensorProto Float(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> dims) =>
        Raw(name, DataType.Float, ByteString.CopyFrom(MemoryMarshal.AsBytes(values)), dims);

    /// <summary>A float tensor over its very bytes, which nobody changes any more: large ones are not copied.</summary>
    public static TensorProto Over(string name, byte[] floats, params ReadOnlySpan<long> dims) => Raw(name, DataType.Float, UnsafeByteOperations.UnsafeWrap(floats), dims);

    /// <summary>A 64-bit integer tensor of shape <paramref name="dims"/>, row-major.</summary>
    public static TensorProto Int64(string name, ReadOnlySpan<long> values, params ReadOnlySpan<long> dims) =>
        Raw(name, DataType.Int64, ByteString.CopyFrom(MemoryMarshal.AsBytes(values)), dims);

    /// <summary>The number of elements.</summary>
    public static long Count(TensorProto tensor)
    {
        long count = 1;
        foreach (var dim in tensor.Dims)
        {
            count = checked(count * dim);
        }
        return count;
    }

    /// <summary>The values of a float, double, half or bfloat16 tensor as floats, row-major; what lies beyond their range becomes their largest or smallest, for the masks and guards made of it are meant to be finite and not 0.</summary>
    /// <exception cref="DataException">The tensor is of another type or lies outside the file.</exception>
    public static float[] ToFloats(TensorProto tensor)
    {
        RequireInline(tensor);
        var raw = tensor.RawData.Span;
        return (DataType)tensor.DataType switch
        {
            DataType.Float => raw.Length > 0 ? MemoryMarshal.Cast<byte, float>(raw).ToArray() : [.. tensor.FloatData],
            DataType.Double => raw.Length > 0
                ? Array.ConvertAll(MemoryMarshal.Cast<byte, double>(raw).ToArray(), Narrow)
                : [.. tensor.DoubleData.Select(Narrow)],
            DataType.Float16 => raw.Length > 0
                ? Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(raw).ToArray(), v => (float)v)
                : [.. tensor.Int32Data.Select(v => (float)BitConverter.UInt16BitsToHalf((ushort)v))],
            DataType.Bfloat16 => raw.Length > 0
                ? Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(raw).ToArray(), v => BitConverter.Int32BitsToSingle(v << 16))
                : [.. tensor.Int32Data.Select(v => BitConverter.Int32BitsToSingle(v << 16))],
            _ => throw new DataException($"tensor '{tensor.Name}' has element type {(DataType)tensor.DataType}, expected FLOAT, DOUBLE or FLOAT16: export the model in float32"),
        };
    }

    /// <summary>The values of an integer or boolean tensor, row-major.</summary>
    /// <exception cref="DataException">The tensor is of another type or lies outside the file.</exception>
    public static long[] ToInt64s(TensorProto tensor)
    {
        RequireInline(tensor);
        var raw = tensor.RawData.Span;
        return (DataType)tensor.DataType switch
        {
            DataType.Int64 => raw.Length > 0 ? MemoryMarshal.Cast<byte, long>(raw).ToArray() : [.. tensor.Int64Data],
            DataType.Int32 => raw.Length > 0
                ? Array.ConvertAll(MemoryMarshal.Cast<byte, int>(raw).ToArray(), v => (long)v)
                : [.. tensor.Int32Data.Select(v => (long)v)],
            DataType.Bool => raw.Length > 0
                ? Array.ConvertAll(raw.ToArray(), v => (long)v)
                : [.. tensor.Int32Data.Select(v => (long)v)],
            _ => throw new DataException($"tensor '{tensor.Name}' has element type {(DataType)tensor.DataType}, expected INT64, INT32 or BOOL"),
        };
    }

    private static float Narrow(double value) => (float)value switch
    {
        var narrow when float.IsInfinity(narrow) && double.IsFinite(value) => Math.Sign(value) * float.MaxValue,
        0 when value != 0 => Math.Sign(value) * SmallestNormal,
        var narrow => narrow,
    };

    private static TensorProto Raw(string name, DataType type, ByteString bytes, ReadOnlySpan<long> dims)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = bytes };
        foreach (var dim in dims)
        {
            tensor.Dims.Add(dim);
        }
        return tensor;
    }

    private static void RequireInline(TensorProto tensor)
    {
        if (tensor.DataLocation == DataLocation.External)
        {
            throw new DataException($"tensor '{tensor.Name}' keeps its data in another file, expected inside the model: save the model as one file");
        }
    }
}
