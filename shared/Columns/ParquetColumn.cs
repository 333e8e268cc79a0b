using Parquet.Schema;
using ParquetPool.Engine;

namespace ParquetPool.Columns;

/// <summary>A column of a Parquet file, or a part of one that is nested: what it holds of the row group that is being filled.</summary>
/// <remarks>
/// Levels are those of Dremel (Melnik et al. 2010): a definition level counts how many of the optional and repeated parts on the way to a
/// value are there, a repetition level tells at which list a value goes on.
/// </remarks>
internal abstract class ParquetColumn(Field field) : IDisposable
{
    public Field Field { get; } = field;

    /// <summary>The parts that hold values, in the order of the file.</summary>
    public abstract IEnumerable<ParquetLeaf> Leaves { get; }

    /// <summary>Appends a row's value.</summary>
    /// <param name="definition">How many of the parts around this one are there.</param>
    public abstract void Append(DuckDbVector vector, int row, int repetition, int definition);

    /// <summary>Appends rows that are elements of one list: the first goes on at <paramref name="repetition"/>, the others at <paramref name="level"/>.</summary>
    public virtual void AppendElements(DuckDbVector vector, int start, int count, int repetition, int level, int definition)
    {
        for (var i = 0; i < count; i++)
        {
            Append(vector, start + i, i == 0 ? repetition : level, definition);
        }
    }

    /// <summary>Appends that there is no value, because a part around this one or this one is NULL or empty.</summary>
    public abstract void AppendNull(int repetition, int definition);

    public abstract void Dispose();
}
