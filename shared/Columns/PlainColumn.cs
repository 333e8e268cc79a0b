using Parquet.Schema;
using ParquetPool.Engine;

namespace ParquetPool.Columns;

/// <summary>Values that stand in the file as DuckDB has them in memory.</summary>
internal sealed unsafe class PlainColumn<T>(DataField field, bool repeated = false, TypeAnnotation? annotation = null) : ParquetLeaf<T>(field, repeated, annotation)
    where T : unmanaged
{
    public override void Append(DuckDbVector vector, int row, int repetition, int definition)
    {
        if (vector.IsValid(row))
        {
            Add(((T*)vector.Data)[row], repetition, definition);
        }
        else
        {
            AppendNull(repetition, definition);
        }
    }

    public override void AppendElements(DuckDbVector vector, int start, int count, int repetition, int level, int definition)
    {
        if (vector.AllValid)
        {
            new ReadOnlySpan<T>((T*)vector.Data + start, count).CopyTo(AddMany(count, repetition, level, definition));
        }
        else
        {
            base.AppendElements(vector, start, count, repetition, level, definition);
        }
    }
}
