using Parquet.Schema;
using ParquetPool.Engine;

namespace ParquetPool.Columns;

/// <summary>Pairs of keys, which are never NULL, and values; DuckDB has them as a list of structs.</summary>
/// <param name="level">As of <see cref="ListColumn"/>.</param>
internal sealed class MapColumn(string name, ParquetColumn key, ParquetColumn value, int level) : ParquetColumn(new MapField(name, key.Field, value.Field))
{
    private const int Present = 2;

    public override IEnumerable<ParquetLeaf> Leaves => key.Leaves.Concat(value.Leaves);

    public override void Append(DuckDbVector vector, int row, int repetition, int definition)
    {
        var (start, count) = vector.IsValid(row) ? vector.List(row) : default;
        if (count == 0)
        {
            AppendNull(repetition, vector.IsValid(row) ? definition + 1 : definition);
            return;
        }

        key.AppendElements(vector.Elements.Member(0), start, count, repetition, level, definition + Present);
        value.AppendElements(vector.Elements.Member(1), start, count, repetition, level, definition + Present);
    }

    public override void AppendNull(int repetition, int definition)
    {
        key.AppendNull(repetition, definition);
        value.AppendNull(repetition, definition);
    }

    public override void Dispose()
    {
        key.Dispose();
        value.Dispose();
    }
}
