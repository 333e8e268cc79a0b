using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace ParquetPool.Trainer.Arrays;

/// <summary>The vectors of a column of Arrow: lists of half, single or double precision, of fixed length or not.</summary>
internal sealed class ArrowVectors(IArrowArray column)
{
    private readonly IArrowArray numbers = column switch
    {
        FixedSizeListArray lists => ArrowArrayFactory.BuildArray(lists.Data.Children[0]),
        ListArray lists => lists.Values,
        LargeListArray lists => lists.Values,
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };

    /// <summary>Whether a column of the type has vectors.</summary>
    public static bool IsVector(IArrowType type) => type is FixedSizeListType or ListType or LargeListType && ((NestedType)type).Fields[0].DataType is HalfFloatType or FloatType or DoubleType;

    /// <summary>The numbers of a row's vector; null where it has none.</summary>
    public int? WidthOf(int row) => column.IsNull(row) ? null : Place(row).Length;

    /// <summary>Whether a row, which has a vector, has a number in it that float32 has not.</summary>
    public bool IsBeyond(int row)
    {
        var (from, length) = Place(row);
        return numbers is DoubleArray doubles && NumberTypes.IsAnyBeyond(doubles.Values.Slice(from, length), out _);
    }

    /// <summary>False where the row has no vector of that width, or a number in it is missing.</summary>
    public bool TryCopy(int row, Span<float> vector)
    {
        if (WidthOf(row) != vector.Length)
        {
            return false;
        }
        var (from, length) = Place(row);
        if (numbers.NullCount != 0 && Enumerable.Range(from, length).Any(numbers.IsNull))
        {
            return false;
        }
        switch (numbers)
        {
            case FloatArray singles:
                singles.Values.Slice(from, length).CopyTo(vector);
                break;
            case DoubleArray doubles:
                TensorPrimitives.ConvertTruncating(doubles.Values.Slice(from, length), vector);
                break;
            case HalfFloatArray halves:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(halves.ValueBuffer.Span).Slice(halves.Offset + from, length), vector);
                break;
        }
        return true;
    }

    private (int From, int Length) Place(int row) => column switch
    {
        FixedSizeListArray lists => ((lists.Offset + row) * ((FixedSizeListType)lists.Data.DataType).ListSize, ((FixedSizeListType)lists.Data.DataType).ListSize),
        ListArray lists => (lists.ValueOffsets[row], lists.GetValueLength(row)),
        LargeListArray lists => (checked((int)lists.ValueOffsets[row]), lists.GetValueLength(row)),
        _ => default,
    };
}
