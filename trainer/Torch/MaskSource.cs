using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ParquetPool.Randomness;

namespace ParquetPool.Trainer.Torch;

/// <summary>Dropout masks for training: each element a pure function of (seed, step, site, row, unit).</summary>
/// <remarks>
/// A unit is dropped when its 16 random bits lie below ratio · 2¹⁶, so a ratio is kept to within 2⁻¹⁷; a Philox block serves 8 units.
/// </remarks>
internal static class MaskSource
{
    private const int BlockWords = 4;
    private const int ChunkWords = 2048;

    /// <summary>Fills <paramref name="mask"/>, row after row, with 0 or 1 / (1 − ratio).</summary>
    /// <param name="samples">Whether a network is sampled, not trained: such masks tell nothing of the others.</param>
    public static void Fill(ulong seed, uint step, uint site, float ratio, Span<float> mask, bool samples = false)
    {
        Span<uint> words = stackalloc uint[ChunkWords];
        var (threshold, kept) = (Threshold(ratio), 1 / (1 - ratio));
        for (var done = 0; done < mask.Length;)
        {
            var part = mask.Slice(done, Math.Min(ChunkWords * 2, mask.Length - done));
            var drawn = words[..((part.Length + 1) / 2)];
            Philox.Fill(seed, samples ? Purpose.CalibrationMasks : Purpose.TrainingMasks, (uint)(done / 2 / BlockWords), step, site, drawn);
            Spread(MemoryMarshal.Cast<uint, ushort>(drawn), threshold, kept, part);
            done += part.Length;
        }
    }

    internal static ushort Threshold(float ratio) => (ushort)Math.Min(ushort.MaxValue, MathF.Round(ratio * 65536));

    internal static void Spread(ReadOnlySpan<ushort> bits, ushort threshold, float kept, Span<float> mask)
    {
        var (limit, one) = (Vector256.Create((int)threshold), Vector256.Create(kept));
        var i = 0;
        for (; i <= mask.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var wide = Vector256.WidenLower(Vector128.Create(bits[i..]).ToVector256Unsafe()).AsInt32();
            (Vector256.GreaterThanOrEqual(wide, limit).AsSingle() & one).CopyTo(mask[i..]);
        }
        SpreadScalar(bits[i..], threshold, kept, mask[i..]);
    }

    /// <summary>The same mask without vector instructions.</summary>
    internal static void SpreadScalar(ReadOnlySpan<ushort> bits, ushort threshold, float kept, Span<float> mask)
    {
        for (var i = 0; i < mask.Length; i++)
        {
            mask[i] = bits[i] >= threshold ? kept : 0;
        }
    }
}
