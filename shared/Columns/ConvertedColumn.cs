using Parquet.Schema;
using ParquetPool.Engine;

namespace ParquetPool.Columns;

/// <summary>Values that Parquet holds as another type than DuckDB.</summary>
internal sealed unsafe class ConvertedColumn<TStored, T>(DataField field, bool repeated, Func<TStored, T> convert, TypeAnnotation? annotation = null)
    : ParquetLeaf<T>(field, repeated, annotation)
    where TStored : unmanaged
    where T : struct
{
    public override void Append(DuckDbVector vector, int row, int repetition, int definition)
    {
        if (vector.IsValid(row))
        {
            Add(convert(((TStored*)vector.Data)[row]), repetition, definition);
        }
        else
        {
            AppendNull(repetition, definition);
        }
    }
}
