using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>Finds the products of a row that may still matter.</summary>
internal static class SimilarityScan
{
    /// <summary>The widest lanes of this machine.</summary>
    public static ScanLanes Widest { get; } =
        Vector512.IsHardwareAccelerated ? ScanLanes.Vector512 : Vector256.IsHardwareAccelerated ? ScanLanes.Vector256 : ScanLanes.Scalar;

    /// <summary>Writes the indices with <c>products[i] · scales[i] ≥ floor</c>, ascending.</summary>
    /// <param name="products">A query row times each corpus row.</param>
    /// <param name="scales">1 / norm of each corpus row, same length.</param>
    /// <param name="hits">Room for as many indices as there are products.</param>
    /// <returns>The number of indices written.</returns>
    public static int Find(ReadOnlySpan<float> products, ReadOnlySpan<float> scales, float floor, Span<int> hits, ScanLanes lanes)
    {
        if (scales.Length != products.Length || hits.Length < products.Length)
        {
            throw new ArgumentException($"{products.Length} products came with {scales.Length} scales and room for {hits.Length} hits, expected as many of each");
        }
        var (count, seen) = lanes switch
        {
            ScanLanes.Vector512 => Find512(products, scales, floor, hits),
            ScanLanes.Vector256 => Find256(products, scales, floor, hits),
            _ => (0, 0),
        };
        for (var i = seen; i < products.Length; i++)
        {
            if (products[i] * scales[i] >= floor)
            {
                hits[count++] = i;
            }
        }
        return count;
    }

    // Hot from the first call: waiting for the tiers would cost a search its first second.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int Count, int Seen) Find512(ReadOnlySpan<float> products, ReadOnlySpan<float> scales, float floor, Span<int> hits)
    {
        ref var product = ref MemoryMarshal.GetReference(products);
        ref var scale = ref MemoryMarshal.GetReference(scales);
        var floors = Vector512.Create(floor);
        var (count, i) = (0, 0);
        for (; i <= products.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            var value = Vector512.LoadUnsafe(ref product, (nuint)i) * Vector512.LoadUnsafe(ref scale, (nuint)i);
            var mask = Vector512.GreaterThanOrEqual(value, floors).ExtractMostSignificantBits();
            if (mask != 0)
            {
                count = Collect(mask, i, hits, count);
            }
        }
        return (count, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (int Count, int Seen) Find256(ReadOnlySpan<float> products, ReadOnlySpan<float> scales, float floor, Span<int> hits)
    {
        ref var product = ref MemoryMarshal.GetReference(products);
        ref var scale = ref MemoryMarshal.GetReference(scales);
        var floors = Vector256.Create(floor);
        var (count, i) = (0, 0);
        for (; i <= products.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var value = Vector256.LoadUnsafe(ref product, (nuint)i) * Vector256.LoadUnsafe(ref scale, (nuint)i);
            var mask = Vector256.GreaterThanOrEqual(value, floors).ExtractMostSignificantBits();
            if (mask != 0)
            {
                count = Collect(mask, i, hits, count);
            }
        }
        return (count, i);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Collect(ulong mask, int offset, Span<int> hits, int count)
    {
        for (; mask != 0; mask &= mask - 1)
        {
            hits[count++] = offset + BitOperations.TrailingZeroCount(mask);
        }
        return count;
    }
}

/// <summary>How many products the scan compares at once. All give the same hits.</summary>
internal enum ScanLanes
{
    /// <summary>One by one: what the others are tested against.</summary>
    Scalar,

    /// <summary>Eight floats.</summary>
    Vector256,

    /// <summary>Sixteen floats.</summary>
    Vector512,
}
