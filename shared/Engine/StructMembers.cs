namespace ParquetPool.Engine;

/// <summary>Reaches into structs by dotted names, such as <c>embedding.values</c>.</summary>
internal static class StructMembers
{
    private const string Start = "STRUCT(";

    /// <summary>The member that a dotted name means; null where there is none. A name may hold dots itself: the longest column that fits counts.</summary>
    public static ColumnType? Find(IReadOnlyList<ColumnType> columns, string dotted)
    {
        for (var dot = dotted.LastIndexOf('.'); dot > 0; dot = dotted.LastIndexOf('.', dot - 1))
        {
            var outer = columns.FirstOrDefault(column => column.Name == dotted[..dot]);
            if (outer.Name is not null && Within(outer, dotted[(dot + 1)..]) is { } found)
            {
                return found with { Name = dotted, Expression = found.Expression };
            }
        }
        return null;
    }

    /// <summary>A Spark ML vector's <c>values</c> alone are another vector where it is sparse: they mean the vector.</summary>
    private static ColumnType? Within(ColumnType outer, string dotted)
    {
        List<ColumnType> members = [.. Of(outer.Type).Select(member => new ColumnType(member.Name, member.Type) { Expression = $"struct_extract({outer.Expression}, {Sql.Text(member.Name)})" })];
        return outer.IsSparkVector && dotted == "values" ? outer
            : members.Where(member => member.Name == dotted).Select(member => (ColumnType?)member).FirstOrDefault() ?? Find(members, dotted);
    }

    /// <summary>Names and types of a struct's members; none where the type is no struct.</summary>
    private static IEnumerable<(string Name, string Type)> Of(string type)
    {
        if (!type.StartsWith(Start, StringComparison.Ordinal) || !type.EndsWith(')'))
        {
            yield break;
        }
        var (from, depth, quoted) = (Start.Length, 0, false);
        for (var i = Start.Length; i < type.Length; i++)
        {
            quoted ^= type[i] == '"';
            if (!quoted && depth == 0 && (type[i] == ',' || i == type.Length - 1))
            {
                yield return Split(type[from..i].Trim());
                from = i + 1;
            }
            depth += quoted ? 0 : type[i] == '(' ? 1 : type[i] == ')' ? -1 : 0;
        }
    }

    private static (string Name, string Type) Split(string member)
    {
        if (!member.StartsWith('"'))
        {
            var space = member.IndexOf(' ', StringComparison.Ordinal);
            return (member[..space], member[(space + 1)..]);
        }
        var end = member.IndexOf("\" ", 1, StringComparison.Ordinal);
        return (member[1..end].Replace("\"\"", "\"", StringComparison.Ordinal), member[(end + 2)..]);
    }
}
