using System.Runtime.InteropServices;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using TorchSharp;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Between ONNX's tensors, libtorch's and arrays.</summary>
internal static class TensorConversion
{
    /// <summary>A tensor with a copy of the values, on the processor.</summary>
    /// <exception cref="DataException">libtorch has no such element type, or the values lie outside the file.</exception>
    public static Tensor ToTensor(TensorProto proto)
    {
        var type = (DataType)proto.DataType;
        var tensor = torch.empty([.. proto.Dims], ScalarType(type, proto.Name));
        if (proto.RawData.Length > 0)
        {
            if (proto.RawData.Length != tensor.bytes.Length)
            {
                throw new DataException($"tensor '{proto.Name}' has {proto.RawData.Length} bytes, expected {tensor.bytes.Length} by its shape: export the model again");
            }
            proto.RawData.Span.CopyTo(tensor.bytes);
            return tensor;
        }
        switch (type)
        {
            case DataType.Float or DataType.Double or DataType.Float16:
                return Filled(tensor, Tensors.ToFloats(proto));
            case DataType.Int64 or DataType.Int32 or DataType.Bool:
                return Filled(tensor, Tensors.ToInt64s(proto));
            default:
                return Filled(tensor, proto.Int32Data.Select(v => (long)v).ToArray());
        }
    }

    /// <summary>A float tensor with a copy of the values.</summary>
    public static Tensor ToTensor(ReadOnlySpan<float> values, params ReadOnlySpan<long> dims)
    {
        var tensor = torch.empty(dims, torch.ScalarType.Float32);
        Fill(tensor, MemoryMarshal.AsBytes(values));
        return tensor;
    }

    /// <summary>A tensor of 64-bit integers with a copy of the values.</summary>
    public static Tensor ToTensor(ReadOnlySpan<long> values, params ReadOnlySpan<long> dims)
    {
        var tensor = torch.empty(dims, torch.ScalarType.Int64);
        Fill(tensor, MemoryMarshal.AsBytes(values));
        return tensor;
    }

    private static void Fill(Tensor tensor, ReadOnlySpan<byte> values)
    {
        if (values.Length != tensor.bytes.Length)
        {
            throw new ArgumentException($"{values.Length} bytes for a tensor of {tensor.bytes.Length}"); // What is left of it would be whatever the memory held.
        }
        values.CopyTo(tensor.bytes);
    }

    /// <summary>The elements, row-major; <typeparamref name="T"/> is their type.</summary>
    public static T[] ToArray<T>(Tensor tensor)
        where T : unmanaged
    {
        using var scope = torch.NewDisposeScope();
        return MemoryMarshal.Cast<byte, T>(tensor.detach().cpu().contiguous().bytes).ToArray();
    }

    /// <summary>The elements of a float tensor on the processor, row-major and in place.</summary>
    public static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    /// <summary>libtorch's name of an element type.</summary>
    /// <exception cref="DataException">It has none; the message names <paramref name="what"/>.</exception>
    public static torch.ScalarType ScalarType(DataType type, string what) => type switch
    {
        DataType.Float => torch.ScalarType.Float32,
        DataType.Double => torch.ScalarType.Float64,
        DataType.Float16 => torch.ScalarType.Float16,
        DataType.Bfloat16 => torch.ScalarType.BFloat16,
        DataType.Int64 => torch.ScalarType.Int64,
        DataType.Int32 => torch.ScalarType.Int32,
        DataType.Int16 => torch.ScalarType.Int16,
        DataType.Int8 => torch.ScalarType.Int8,
        DataType.Uint8 => torch.ScalarType.Byte,
        DataType.Bool => torch.ScalarType.Bool,
        _ => throw new DataException($"'{what}' has element type {type}, which libtorch does not compute with: export the model with float32 and int64"),
    };

    /// <summary>The same values with the channels of each pixel side by side, in which convolutions and pools are fastest.</summary>
    /// <remarks>By strides, not by a copy in the right order alone: with one channel libtorch takes any order for right, keeps the strides, and then computes slowly.</remarks>
    /// <param name="tensor">[out, channel, height, width].</param>
    public static Tensor ChannelsLast(Tensor tensor)
    {
        var (channels, height, width) = (tensor.shape[1], tensor.shape[2], tensor.shape[3]);
        return tensor.permute(0, 2, 3, 1).contiguous().as_strided(tensor.shape, [height * width * channels, 1, width * channels, channels]);
    }

    private static Tensor Filled(Tensor tensor, Array values)
    {
        if (values.Length != tensor.numel())
        {
            throw new DataException($"a tensor has {values.Length} values, expected {tensor.numel()} by its shape: export the model again");
        }
        using var scope = torch.NewDisposeScope();
        if (values.Length > 0)
        {
            tensor.copy_(torch.from_array(values).reshape(tensor.shape));
        }
        return tensor;
    }
}
