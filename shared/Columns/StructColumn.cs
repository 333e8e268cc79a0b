using Parquet.Schema;
using ParquetPool.Engine;

namespace ParquetPool.Columns;

/// <summary>Several columns under one name, all there or all NULL.</summary>
internal class StructColumn(string name, IReadOnlyList<ParquetColumn> members) : ParquetColumn(new StructField(name, [.. members.Select(m => m.Field)]))
{
    public override IEnumerable<ParquetLeaf> Leaves => members.SelectMany(member => member.Leaves);

    public override void Append(DuckDbVector vector, int row, int repetition, int definition)
    {
        if (!vector.IsValid(row))
        {
            AppendNull(repetition, definition);
            return;
        }

        for (var member = 0; member < members.Count; member++)
        {
            members[member].Append(vector.Member(member), row, repetition, definition + 1);
        }
    }

    public override void AppendNull(int repetition, int definition)
    {
        foreach (var member in members)
        {
            member.AppendNull(repetition, definition);
        }
    }

    public override void Dispose()
    {
        foreach (var member in members)
        {
            member.Dispose();
        }
    }
}
