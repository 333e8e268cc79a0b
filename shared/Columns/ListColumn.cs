using Parquet.Schema;
using ParquetPool.Engine;

namespace ParquetPool.Columns;

/// <summary>A list of values or of further columns.</summary>
/// <param name="level">How many lists it is nested in, itself included.</param>
internal sealed class ListColumn(string name, ParquetColumn element, int level) : ParquetColumn(new ListField(name, element.Field))
{
    /// <summary>The definition level of an element that is there.</summary>
    private const int Present = 2;

    public override IEnumerable<ParquetLeaf> Leaves => element.Leaves;

    public ParquetColumn Element => element;

    public override void Append(DuckDbVector vector, int row, int repetition, int definition)
    {
        var (start, count) = vector.IsValid(row) ? vector.List(row) : default;
        if (count > 0)
        {
            element.AppendElements(vector.Elements, start, count, repetition, level, definition + Present);
        }
        else
        {
            element.AppendNull(repetition, vector.IsValid(row) ? definition + 1 : definition);
        }
    }

    /// <summary>Appends a row of numbers to a list of such.</summary>
    public void Add(ReadOnlySpan<float> row) => row.CopyTo(((PlainColumn<float>)element).AddMany(row.Length, 0, level, Present));

    public override void AppendNull(int repetition, int definition) => element.AppendNull(repetition, definition);

    public override void Dispose() => element.Dispose();
}
