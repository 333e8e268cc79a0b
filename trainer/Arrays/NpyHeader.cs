using ParquetPool.Errors;

namespace ParquetPool.Trainer.Arrays;

/// <summary>A NumPy array as rows of numbers.</summary>
/// <param name="Rows">The first dimension.</param>
/// <param name="Width">The product of the others.</param>
/// <param name="Type">The element type.</param>
internal sealed record NpyHeader(long Rows, int Width, NumberType Type)
{
    /// <summary>The other dimensions, where bytes make them a picture's; null for other numbers.</summary>
    public IReadOnlyList<int>? Picture { get; private init; }

    /// <summary>All dimensions of an array whose first index runs fastest; null where its last does.</summary>
    private IReadOnlyList<int>? FortranDims { get; init; }

    /// <summary>The numbers, row by row.</summary>
    /// <param name="stream">Stands at the first; owned.</param>
    /// <exception cref="DataException">As of <see cref="FortranOrder.Transposed"/>.</exception>
    public RowStream Numbers(Stream stream, string path) =>
        new(FortranDims is null ? stream : FortranOrder.Transposed(stream, path, FortranDims, Type.Size()), path, Rows, Width, Type);

    /// <summary>Reads the header; the stream then stands at the first number.</summary>
    /// <exception cref="DataException">It is no NumPy file, or its numbers or shape cannot be imported.</exception>
    public static NpyHeader Read(Stream stream, string path) => Of(NpyArray.Read(stream, path), path);

    /// <summary>What an array is as rows of numbers.</summary>
    /// <exception cref="DataException">Its numbers or shape cannot be imported.</exception>
    public static NpyHeader Of(NpyArray array, string path)
    {
        var type = array.Descr switch
        {
            "<f2" => NumberType.Float16,
            "<f4" => NumberType.Float32,
            "<f8" => NumberType.Float64,
            "|u1" => NumberType.Byte,
            var other => throw new DataException($"{path}: numbers of type '{other}', expected '<f2', '<f4', '<f8' or '|u1': save it with .astype('float32')"),
        };
        return array.Dims is [> 0, _, ..]
            ? new(array.Dims[0], Shape.Width(path, array.Dims.Skip(1).ToArray()), type) { FortranDims = array.IsFortran ? array.Dims : null, Picture = type == NumberType.Byte ? array.Dims.Skip(1).ToArray() : null }
            : throw new DataException($"{path}: shape ({array.Shape}), expected (rows, values) or more dimensions, each above 0: reshape it");
    }
}
