using ParquetPool.Errors;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Arrays;

/// <summary>Arrays whose first index runs fastest, as those whose last does.</summary>
internal static class FortranOrder
{
    private const long MostBytes = 1L << 30;

    /// <summary>The elements in C order, in memory.</summary>
    /// <param name="stream">Stands at the first element; disposed.</param>
    /// <param name="dims">The array's.</param>
    /// <exception cref="DataException">They are more than are held in memory, or the file ends before they do.</exception>
    public static Stream Transposed(Stream stream, string path, IReadOnlyList<int> dims, int size)
    {
        using var _ = stream;
        var (rows, width) = (dims[0], dims.Skip(1).Aggregate(1L, (product, dim) => product * dim));
        if ((double)rows * width * size > MostBytes)
        {
            throw new DataException($"{path}: {(double)rows * width * size:N0} bytes in Fortran order, expected at most {MostBytes:N0} of these: save it with numpy.ascontiguousarray");
        }
        var (ordered, column) = (new byte[rows * width * size], new byte[rows * size]);
        for (var place = 0L; place < width; place++)
        {
            if (InputFile.Read(stream, column, path) < column.Length)
            {
                throw new DataException($"{path}: ends in column {place + 1}, its header says {rows} rows of {width} values: fetch it again");
            }
            var to = PlaceInRow(place, dims) * size;
            for (var row = 0L; row < rows; row++, to += width * size)
            {
                column.AsSpan((int)(row * size), size).CopyTo(ordered.AsSpan((int)to));
            }
        }
        Span<byte> more = stackalloc byte[1];
        return InputFile.Read(stream, more, path) == 0 ? new MemoryStream(ordered)
            : throw new DataException($"{path}: goes on after the {rows} rows of {width} values that its header says: fetch it again");
    }

    /// <summary>Where a value stands in a row whose last index runs fastest.</summary>
    /// <param name="place">Where it stands when the first does.</param>
    private static long PlaceInRow(long place, IReadOnlyList<int> dims)
    {
        var (result, stride) = (0L, dims.Skip(1).Aggregate(1L, (product, dim) => product * dim));
        foreach (var dim in dims.Skip(1))
        {
            stride /= dim;
            result += place % dim * stride;
            place /= dim;
        }
        return result;
    }
}
