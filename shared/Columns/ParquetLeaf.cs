using Parquet;
using Parquet.Schema;

namespace ParquetPool.Columns;

/// <summary>A part of a column that holds values.</summary>
internal abstract class ParquetLeaf(DataField field, TypeAnnotation? annotation) : ParquetColumn(field)
{
    public override IEnumerable<ParquetLeaf> Leaves => [this];

    /// <summary>What the file says of the values' type instead of what Parquet.Net would; null for that.</summary>
    public TypeAnnotation? Annotation { get; } = annotation;

    /// <summary>Of the values held.</summary>
    public abstract long Bytes { get; }

    /// <summary>Writes what is held as the next column of the row group, and holds nothing more.</summary>
    public abstract Task WriteAsync(ParquetRowGroupWriter group);
}
