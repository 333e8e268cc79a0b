using System.Buffers.Binary;
using ParquetPool.Errors;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Arrays;

/// <summary>The header of an idx file of bytes: two zeros, the type 8, the number of dimensions, then each as big-endian int32.</summary>
internal static class IdxHeader
{
    private const byte UnsignedBytes = 8;

    /// <summary>Reads the header and returns the dimensions.</summary>
    /// <exception cref="DataException">It is no such file, or its dimensions are not those expected.</exception>
    public static int[] Read(Stream stream, string path, Predicate<int> isRightCount, string expected)
    {
        Span<byte> magic = stackalloc byte[4];
        if (InputFile.Read(stream, magic, path) < magic.Length || magic is not [0, 0, UnsignedBytes, var count] || !isRightCount(count))
        {
            throw new DataException($"{path}: starts with {Convert.ToHexString(magic)}, expected {expected}: check that images and labels are not swapped");
        }

        Span<byte> sizes = stackalloc byte[count * sizeof(int)];
        if (InputFile.Read(stream, sizes, path) < sizes.Length)
        {
            throw new DataException($"{path}: ends in its header: fetch it again");
        }

        var dimensions = new int[count];
        for (var i = 0; i < count; i++)
        {
            dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(sizes[(i * sizeof(int))..]);
        }

        return dimensions.All(size => size > 0)
            ? dimensions
            : throw new DataException($"{path}: dimensions {string.Join(" x ", dimensions)}, expected each above 0: there is nothing to import");
    }
}
