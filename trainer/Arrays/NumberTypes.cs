using System.Buffers.Binary;

namespace ParquetPool.Trainer.Arrays;

/// <summary>Sizes and conversions of <see cref="NumberType"/>.</summary>
internal static class NumberTypes
{
    private const float LargestByte = 255;

    public static int Size(this NumberType type) => type switch
    {
        NumberType.Byte => 1,
        NumberType.Float16 or NumberType.BFloat16 => sizeof(ushort),
        NumberType.Float32 => sizeof(float),
        _ => sizeof(double),
    };

    /// <summary>Whether a number is one of double precision only: as float32 it would be infinite.</summary>
    public static bool IsAnyBeyond(ReadOnlySpan<double> numbers, out int at)
    {
        at = 0;
        while (at < numbers.Length && (!double.IsFinite(numbers[at]) || float.IsFinite((float)numbers[at])))
        {
            at++;
        }
        return at < numbers.Length;
    }

    /// <summary>Converts all numbers in <paramref name="bytes"/>.</summary>
    public static void Convert(this NumberType type, ReadOnlySpan<byte> bytes, Span<float> numbers)
    {
        for (var i = 0; i < bytes.Length / type.Size(); i++)
        {
            numbers[i] = type switch
            {
                NumberType.Byte => bytes[i] / LargestByte,
                NumberType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(i * sizeof(ushort))..]),
                NumberType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * sizeof(ushort))..]) << 16),
                NumberType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]),
                _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * sizeof(double))..]),
            };
        }
    }
}

/// <summary>How a number stands in an idx, npy or safetensors file.</summary>
internal enum NumberType
{
    /// <summary>0 to 255, imported as 0 to 1.</summary>
    Byte,

    /// <summary>IEEE's half precision, little-endian.</summary>
    Float16,

    /// <summary>The upper half of a float32, little-endian.</summary>
    BFloat16,

    /// <summary>Little-endian.</summary>
    Float32,

    /// <summary>Little-endian; rounded to float32.</summary>
    Float64,
}
