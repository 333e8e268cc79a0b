using System.Runtime.InteropServices;
using ParquetPool.Randomness;

namespace ParquetPool.Storage.Tests;

internal static class TestBytes
{
    /// <summary>Bytes that do not compress and do not repeat, others for each count.</summary>
    public static byte[] Of(int count)
    {
        var words = new uint[(count + 3) / 4];
        Philox.Fill((uint)count, 0, 0, 1, 0, 0, words);
        return MemoryMarshal.AsBytes(words.AsSpan())[..count].ToArray();
    }
}
