namespace ParquetPool.Engine;

/// <summary>How a row's id is spelled, whatever the type of its column, so that it is the same text in every file that names the row.</summary>
public static class RowIdText
{
    /// <summary>Bytes of the longest id. Ids are held, compared and sorted by the thousand.</summary>
    public const int Longest = 1 << 16;

    /// <summary>Why a row of a longer one is rejected.</summary>
    public const string TooLong = "id is longer than 65,536 bytes";

    /// <summary>Why a row is rejected whose id is such a float.</summary>
    public const string Inexact = "id is a float that is not whole or may be rounded; write ids as text or whole numbers";

    private const string WholeTo53Bits = "9007199254740992";

    /// <summary>
    /// Text and integers as they are; decimals without zeros at their end; bytes as the UTF-8 text that they are, or else in hexadecimal digits after <c>0x</c>;
    /// times in UTC. Floats only where they are whole and hold every digit, which is what a missing value makes of integers; others are NULL.
    /// </summary>
    internal static string Expression(ColumnType column) => column.Type switch
    {
        "BLOB" => Bytes(column.Expression),
        "FLOAT" or "DOUBLE" => $"CASE WHEN {column.Expression} = trunc({column.Expression}) AND abs({column.Expression}) < {(column.Type == "FLOAT" ? "16777216" : WholeTo53Bits)} THEN CAST(TRY_CAST({column.Expression} AS BIGINT) AS VARCHAR) END",
        "TIMESTAMP WITH TIME ZONE" => $"CAST(make_timestamp(epoch_us({column.Expression})) AS VARCHAR)",
        var type when type.StartsWith("DECIMAL", StringComparison.Ordinal) && !type.EndsWith(",0)", StringComparison.Ordinal) => $"rtrim(rtrim({column.TextExpression}, '0'), '.')",
        _ => column.TextExpression,
    };

    /// <summary><see cref="Expression"/>, with "" for a float that may not be the number that was meant.</summary>
    internal static string Marked(ColumnType column) =>
        IsFloat(column) ? $"coalesce({Expression(column)}, CASE WHEN {column.Expression} IS NOT NULL THEN '' END)" : Expression(column);

    internal static bool IsFloat(ColumnType column) => column.Type is "FLOAT" or "DOUBLE";

    private static string Bytes(string blob) =>
        $"CASE WHEN regexp_matches(coalesce(TRY(decode({blob})), chr(1)), '[\\x00-\\x1F\\x7F]') THEN '0x' || lower(hex({blob})) ELSE TRY(decode({blob})) END";
}
