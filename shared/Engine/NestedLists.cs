namespace ParquetPool.Engine;

/// <summary>Vectors that do not stand as one list of numbers, as DuckDB's expressions that make one of them.</summary>
internal static class NestedLists
{
    /// <summary>The most lists in each other that are taken for a vector: pictures in colour, in a row, have four.</summary>
    public const int Deepest = 6;

    /// <summary>The brackets that a list's type ends in, such as <c>[][]</c> or <c>[3]</c>; "" where it is no list.</summary>
    public static string Brackets(string type)
    {
        var at = type.Length;
        while (at > 0 && type[at - 1] == ']')
        {
            at = type.LastIndexOf('[', at - 1);
        }
        return type[at..];
    }

    /// <summary>FLOAT[] of lists in lists, one after another. A row whose inner lists differ in length has no shape: its vector is empty.</summary>
    public static string Flat(string expression, int depth)
    {
        var flat = $"TRY_CAST({expression} AS FLOAT{string.Concat(Enumerable.Repeat("[]", depth))})";
        for (; depth > 1; depth--)
        {
            var lengths = $"list_distinct(list_transform({flat}, lambda part: coalesce(len(part), 0)))";
            flat = $"CASE WHEN len({lengths}) > 1 THEN CAST([] AS FLOAT{string.Concat(Enumerable.Repeat("[]", depth - 1))}) ELSE flatten({flat}) END";
        }
        return flat;
    }

    /// <summary>How long the lists are, by the first of each depth, such as <c>2x3</c>.</summary>
    public static string Shape(string expression, int depth)
    {
        var lists = $"TRY_CAST({expression} AS FLOAT{string.Concat(Enumerable.Repeat("[]", depth))})";
        return $"concat_ws('x', {string.Join(", ", Enumerable.Range(0, depth).Select(inner => $"len({lists}{string.Concat(Enumerable.Repeat("[1]", inner))})"))})";
    }

    /// <summary>FLOAT[] of a vector of Spark ML: type 1 is dense, 0 sparse, whose indices count from 0.</summary>
    public static string Dense(string vector)
    {
        string Member(string name) => $"struct_extract({vector}, '{name}')";
        var sparse = $"list_transform(range({Member("size")}), lambda place: coalesce({Member("values")}[list_position({Member("indices")}, CAST(place AS INTEGER))], 0))";
        return $"TRY_CAST(CASE {Member("type")} WHEN 0 THEN {sparse} ELSE {Member("values")} END AS FLOAT[])";
    }
}
