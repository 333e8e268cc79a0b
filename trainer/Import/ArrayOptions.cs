using System.CommandLine;

namespace ParquetPool.Trainer.Import;

/// <summary>The options of an import of arrays.</summary>
internal static class ArrayOptions
{
    internal static readonly Option<string?> Npz = new("--npz")
    {
        Description = "NumPy arrays of numpy.savez: the one of two or more dimensions are the vectors; one named ids or id, and one named labels, label, y, targets or target, with a value a row, are what they are called.",
        HelpName = "FILE",
    };

    internal static readonly Option<string?> Safetensors = new("--safetensors")
    {
        Description = "Tensors (F32, F16, BF16, F64 or bytes): the one of two or more dimensions are the vectors, one of whole numbers named as for --npz the labels.",
        HelpName = "FILE",
    };

    internal static readonly Option<string?> Arrow = new("--arrow")
    {
        Description = "An Arrow file or stream, uncompressed, with a column of lists of numbers; the columns id and label (or --label-column) are what they are called. Rows without a vector are counted and listed in NAME-rejects.csv.",
        HelpName = "FILE",
    };

    internal static readonly Option<string?> Vectors = new("--vectors")
    {
        Description = "With --npz, --safetensors and --arrow: the array or column of the vectors, where there are several.",
        HelpName = "NAME",
    };
}
