using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ParquetPool.Decoding;

/// <summary>Resizes pictures with antialias; the bytes are Pillow's.</summary>
/// <remarks>First along the rows, then along the columns, each rounded to bytes, in 32-bit integers: sums have no order, so lanes change nothing. Thread-safe.</remarks>
public static class Resampler
{
    private const int Half = 1 << (ResampleAxis.Precision - 1);

    /// <summary>The whole picture in another size.</summary>
    public static Picture Resize(Picture source, int width, int height, ResampleFilter filter) =>
        Resize(source, (0, 0, source.Width, source.Height), width, height, filter);

    /// <summary>A part of the picture, whose edges may lie between pixels, in another size.</summary>
    public static Picture Resize(Picture source, (float Left, float Top, float Right, float Bottom) part, int width, int height, ResampleFilter filter)
    {
        var across = new ResampleAxis(source.Width, part.Left, part.Right, width, filter);
        var down = new ResampleAxis(source.Height, part.Top, part.Bottom, height, filter);
        var (first, end) = (down.First[0], down.First[^1] + down.Count[^1]);
        if (across.IsWhole)
        {
            return down.IsWhole ? source : new(width, height, Down(source.Pixels, width, 0, down));
        }
        var rows = Across(source, across, first, end);
        return new(width, height, down.IsWhole ? rows : Down(rows, width, first, down));
    }

    /// <summary>The rows from <paramref name="first"/> to <paramref name="end"/> in their new width.</summary>
    private static byte[] Across(Picture source, ResampleAxis axis, int first, int end)
    {
        var width = axis.First.Length;
        var result = GC.AllocateUninitializedArray<byte>(checked((end - first) * width * Picture.Stride));
        var target = MemoryMarshal.Cast<byte, uint>(result.AsSpan());
        for (var y = first; y < end; y++)
        {
            var row = source.Pixels.AsSpan(y * source.Width * Picture.Stride, source.Width * Picture.Stride);
            for (var x = 0; x < width; x++)
            {
                var shares = axis.Shares(x);
                ref var pixel = ref Unsafe.Add(ref MemoryMarshal.GetReference(row), axis.First[x] * Picture.Stride);
                var sums = Vector256<int>.Zero;
                var tap = 0;
                for (; tap + 1 < shares.Length; tap += 2)
                {
                    var two = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref pixel, tap * Picture.Stride))).AsByte();
                    sums += Widen(two) * Vector256.Create(Vector128.Create(shares[tap]), Vector128.Create(shares[tap + 1]));
                }
                var sum = sums.GetLower() + sums.GetUpper() + Vector128.Create(Half);
                if (tap < shares.Length)
                {
                    var one = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref pixel, tap * Picture.Stride))).AsByte();
                    sum += Widen(one).GetLower() * shares[tap];
                }
                var level = Vector128.Clamp(sum >> ResampleAxis.Precision, Vector128<int>.Zero, Vector128.Create(255)).AsUInt32();
                var narrow = Vector128.Narrow(level, level);
                target[((y - first) * width) + x] = Vector128.Narrow(narrow, narrow).AsUInt32().ToScalar();
            }
        }
        return result;
    }

    /// <summary>The columns in their new height.</summary>
    /// <param name="first">The row of the source at which <paramref name="rows"/> begin.</param>
    private static byte[] Down(byte[] rows, int width, int first, ResampleAxis axis)
    {
        var stride = width * Picture.Stride;
        var result = GC.AllocateUninitializedArray<byte>(checked(axis.First.Length * stride));
        for (var y = 0; y < axis.First.Length; y++)
        {
            var shares = axis.Shares(y);
            var window = rows.AsSpan((axis.First[y] - first) * stride, shares.Length * stride);
            var target = result.AsSpan(y * stride, stride);
            var x = 0;
            for (; x + Vector256<int>.Count <= stride; x += Vector256<int>.Count)
            {
                var sum = Vector256.Create(Half);
                ref var column = ref Unsafe.Add(ref MemoryMarshal.GetReference(window), x);
                for (var tap = 0; tap < shares.Length; tap++)
                {
                    sum += Widen(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref column, tap * stride))).AsByte()) * shares[tap];
                }
                var level = Vector256.Clamp(sum >> ResampleAxis.Precision, Vector256<int>.Zero, Vector256.Create(255)).AsUInt32();
                var narrow = Vector128.Narrow(level.GetLower(), level.GetUpper());
                MemoryMarshal.Write(target[x..], Vector128.Narrow(narrow, narrow).AsUInt64().ToScalar());
            }
            for (; x < stride; x++)
            {
                var sum = Half;
                for (var tap = 0; tap < shares.Length; tap++)
                {
                    sum += window[(tap * stride) + x] * shares[tap];
                }
                target[x] = (byte)Math.Clamp(sum >> ResampleAxis.Precision, 0, 255);
            }
        }
        return result;
    }

    /// <summary>The first eight bytes as integers.</summary>
    private static Vector256<int> Widen(Vector128<byte> bytes)
    {
        var words = Vector128.WidenLower(bytes);
        return Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words)).AsInt32();
    }
}
