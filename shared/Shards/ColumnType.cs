namespace ParquetPool.Shards;

/// <summary>A column as it stands in a Parquet file; the type is DuckDB's name of it.</summary>
internal readonly record struct ColumnType(string Name, string Type)
{
    private static readonly HashSet<string> Integers =
        ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT", "UHUGEINT"];

    public bool IsBlob => Type == "BLOB";

    /// <summary>Text in the wider sense: what has one obvious spelling.</summary>
    public bool IsText => Type is "VARCHAR" or "UUID" || Integers.Contains(Type);

    public bool IsLabel => IsText || Type == "BOOLEAN";

    /// <summary>As <see cref="IsLabel"/>, and whatever else a class or a time may be kept in: a missing value makes doubles of integers.</summary>
    public bool IsLabelLike => IsLabel || Type is "FLOAT" or "DOUBLE" or "DATE" || Type.StartsWith("DECIMAL", StringComparison.Ordinal) || Type.StartsWith("ENUM", StringComparison.Ordinal) || Type.StartsWith("TIMESTAMP", StringComparison.Ordinal);

    /// <summary>A list or array of numbers, one level deep, or a blob of float32.</summary>
    public bool IsVector => IsBlob || IsRealVector || Integers.Contains(Element ?? "");

    /// <summary>As <see cref="IsVector"/>, without lists of integers, which are as often token ids or tags.</summary>
    public bool IsRealVector => IsBlob || Element is "FLOAT" or "DOUBLE";

    /// <summary>The vector's element type; null where the column is no list. <c>FLOAT[]</c>, <c>FLOAT[3]</c>.</summary>
    private string? Element => Type.EndsWith(']') ? Type[..Type.LastIndexOf('[')] : null;

    /// <summary>The column as VARCHAR.</summary>
    public string TextExpression => Type == "VARCHAR" ? Sql.Name(Name) : $"CAST({Sql.Name(Name)} AS VARCHAR)";

    /// <summary>The column as FLOAT[] or BLOB. A value beyond float32 becomes a NULL element, not an end of the reading.</summary>
    public string VectorExpression => Type is "FLOAT[]" or "BLOB" ? Sql.Name(Name) : $"TRY_CAST({Sql.Name(Name)} AS FLOAT[])";

    /// <summary>The bytes of the file that a row may hold here: a blob, or a struct that begins with one called <c>bytes</c>; null where the column is neither.</summary>
    public string? FileExpression =>
        IsBlob ? Sql.Name(Name)
        : Type.StartsWith("STRUCT(bytes BLOB", StringComparison.Ordinal) || Type.StartsWith("STRUCT(\"bytes\" BLOB", StringComparison.Ordinal) ? $"struct_extract({Sql.Name(Name)}, 'bytes')"
        : null;

    /// <summary>A hash of what a row holds here, or "" for NULL; null where the row's vector holds it all, bit by bit.</summary>
    public string? GivenExpression =>
        IsBlob || Element == "FLOAT" ? null
        : Type == "VARCHAR" ? $"coalesce(sha256({Sql.Name(Name)}), '')"
        : $"coalesce(CAST(hash({Sql.Name(Name)}) AS VARCHAR), '')";

    /// <summary>How many values a row's vector holds.</summary>
    public string WidthExpression => IsBlob ? $"octet_length({Sql.Name(Name)}) / 4.0" : $"len({VectorExpression})";
}
