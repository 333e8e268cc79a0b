using System.Runtime.InteropServices;
using Parquet.Schema;
using ParquetPool.Engine;

namespace ParquetPool.Columns;

/// <summary>Lists of floats as packed little-endian float32, one value after another.</summary>
/// <remarks>NULL stays NULL; a NULL element becomes NaN, so that a reader finds the same fault in the row. A list of any length is packed.</remarks>
internal sealed unsafe class PackedColumn(DataField field) : BlobColumn(field)
{
    public override void Append(DuckDbVector vector, int row, int repetition, int definition)
    {
        if (!vector.IsValid(row))
        {
            AppendNull(repetition, definition);
            return;
        }

        var ((start, count), elements) = (vector.List(row), vector.Elements);
        var values = MemoryMarshal.Cast<byte, float>(Add(count * sizeof(float), repetition, definition));
        new ReadOnlySpan<float>((float*)elements.Data + start, count).CopyTo(values);
        for (var i = 0; !elements.AllValid && i < count; i++)
        {
            if (!elements.IsValid(start + i))
            {
                values[i] = float.NaN;
            }
        }
    }
}
