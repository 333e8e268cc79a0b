using System.Runtime.InteropServices;
using ParquetPool.Errors;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Arrays;

/// <summary>Rows that stand one after another as plain numbers, after a header: what idx and npy have in common.</summary>
/// <param name="stream">Stands behind the header; owned.</param>
/// <param name="rows">Rows that the header promises.</param>
/// <param name="isAlone">Whether nothing may stand behind them.</param>
internal sealed class RowStream(Stream stream, string path, long rows, int width, NumberType type, bool isAlone = true) : IDisposable
{
    private byte[] bytes = [];
    private long done;

    /// <summary>Fills up to <paramref name="capacity"/> rows; 0 at the end.</summary>
    /// <exception cref="DataException">The file is shorter or longer than its header says, or a number is none.</exception>
    public int Read(Span<float> features, int capacity)
    {
        var count = (int)Math.Min(capacity, rows - done);
        if (count == 0)
        {
            RequireEnd();
            return 0;
        }

        var size = type.Size() * width;
        if (bytes.Length < count * size)
        {
            bytes = new byte[count * size];
        }

        var found = InputFile.Read(stream, bytes.AsSpan(0, count * size), path);
        if (found < count * size)
        {
            throw new DataException($"{path}: ends in row {done + (found / size)}, its header says {rows} rows of {width} values: fetch it again");
        }

        if (type == NumberType.Float64 && NumberTypes.IsAnyBeyond(MemoryMarshal.Cast<byte, double>(bytes.AsSpan(0, found)), out var at))
        {
            throw new DataException($"{path}: row {done + (at / width) + 1} has a number beyond float32: scale the numbers, or leave the row out");
        }
        type.Convert(bytes.AsSpan(0, found), features);
        if (type != NumberType.Byte && FirstMissing(features[..(count * width)]) is { } missing)
        {
            throw new DataException(FormattableString.Invariant($"{path}: row {done + (missing / width) + 1}, column {(missing % width) + 1} is {features[missing]}, expected a finite number: put one in its place, or leave the row out"));
        }
        done += count;
        return count;
    }

    public void Dispose() => stream.Dispose();

    private static int? FirstMissing(ReadOnlySpan<float> numbers)
    {
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!float.IsFinite(numbers[i]))
            {
                return i;
            }
        }
        return null;
    }

    private void RequireEnd()
    {
        Span<byte> more = stackalloc byte[1];
        if (isAlone && InputFile.Read(stream, more, path) > 0)
        {
            throw new DataException($"{path}: goes on after the {rows} rows of {width} values that its header says: fetch it again");
        }
    }
}
