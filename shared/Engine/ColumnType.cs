using System.Text.Json.Serialization;
using ParquetPool.Storage;

namespace ParquetPool.Engine;

/// <summary>A column as it stands in a Parquet file, or what is read in its place; the type is DuckDB's name of it.</summary>
internal readonly record struct ColumnType(string Name, string Type)
{
    private static readonly HashSet<string> Integers =
        ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "HUGEINT", "UHUGEINT"];

    private readonly string? expression;

    /// <summary>What gives the value of a row; the column's name unless it is another.</summary>
    public string Expression
    {
        get => expression ?? Sql.Name(Name);
        init => expression = value;
    }

    /// <summary>Whether the file has no such column of its own.</summary>
    public bool IsMade => expression is not null;

    /// <summary>Of a vector's blob.</summary>
    public BlobType Blobs { get; init; }

    /// <summary>Whether the footer says that the blobs are the bytes of pictures, a number each.</summary>
    public bool IsPixels { get; init; }

    public bool IsBlob => Type == "BLOB";

    /// <summary>Text in the wider sense: what has one obvious spelling.</summary>
    public bool IsText => Type is "VARCHAR" or "UUID" || Integers.Contains(Type);

    /// <summary>Whatever may name a row: see <see cref="RowIdText"/>.</summary>
    public bool IsId => IsText || IsBlob || IsNumberOrTime;

    public bool IsLabel => IsText || Type == "BOOLEAN";

    /// <summary>As <see cref="IsLabel"/>, and whatever else a class or a time may be kept in: a missing value makes doubles of integers.</summary>
    public bool IsLabelLike => IsLabel || IsNumberOrTime;

    /// <summary>A list or array of numbers, also of lists of one length each, a blob of numbers, or a vector of Spark ML.</summary>
    public bool IsVector => IsBlob || IsRealVector || Integers.Contains(Element ?? "");

    /// <summary>As <see cref="IsVector"/>, without lists of integers, which are as often token ids or tags, and without pixels, which nobody means who does not name them.</summary>
    public bool IsRealVector => (IsBlob && !IsPixels) || Element is "FLOAT" or "DOUBLE" || IsDecimal;

    /// <summary>Spark ML's VectorUDT: dense, or sparse with the places of what is not 0.</summary>
    public bool IsSparkVector => Type.Replace("\"", "", StringComparison.Ordinal) == "STRUCT(type TINYINT, size INTEGER, indices INTEGER[], values DOUBLE[])";

    /// <summary>The vector's element type; null where the column is no list. <c>FLOAT[]</c>, <c>FLOAT[3]</c>, <c>FLOAT[][]</c>.</summary>
    private string? Element => IsSparkVector ? "DOUBLE" : Type.EndsWith(']') && Depth <= NestedLists.Deepest ? Type[..^NestedLists.Brackets(Type).Length] : null;

    /// <summary>Whether the elements are decimals, which DuckDB rounds twice on the way to a float, but not to a double.</summary>
    private bool IsDecimal => Element?.StartsWith("DECIMAL", StringComparison.Ordinal) == true;

    private bool IsNumberOrTime => Type is "FLOAT" or "DOUBLE" or "DATE" || Type.StartsWith("DECIMAL", StringComparison.Ordinal) || Type.StartsWith("ENUM", StringComparison.Ordinal) || Type.StartsWith("TIMESTAMP", StringComparison.Ordinal);

    /// <summary>The column as VARCHAR.</summary>
    public string TextExpression => Type == "VARCHAR" ? Expression : $"CAST({Expression} AS VARCHAR)";

    /// <summary>The column as FLOAT[] or BLOB. A value beyond float32 becomes a NULL element, not an end of the reading.</summary>
    public string VectorExpression =>
        Type is "FLOAT[]" or "BLOB" ? Expression
        : IsSparkVector ? NestedLists.Dense(Expression)
        : NestedLists.Flat(IsDecimal ? $"TRY_CAST({Expression} AS DOUBLE{NestedLists.Brackets(Type)})" : Expression, Depth);

    /// <summary>As <see cref="VectorExpression"/>; a vector of lists in lists that has another shape is empty.</summary>
    public string Shaped(string? shape) =>
        shape is null || ShapeExpression is not { } actual ? VectorExpression
        : $"CASE WHEN {Expression} IS NOT NULL AND {actual} <> {Sql.Text(shape)} THEN CAST([] AS FLOAT[]) ELSE {VectorExpression} END";

    /// <summary>The shape of a vector of lists in lists; null for other columns.</summary>
    public string? ShapeExpression => !IsSparkVector && Depth > 1 ? NestedLists.Shape(Expression, Depth) : null;

    private int Depth => NestedLists.Brackets(Type).Count(c => c == '[');

    /// <summary>The bytes of the file that a row may hold here: a blob, or a struct that begins with one called <c>bytes</c>; null where the column is neither.</summary>
    public string? FileExpression =>
        IsBlob ? Expression
        : Type.StartsWith("STRUCT(bytes BLOB", StringComparison.Ordinal) || Type.StartsWith("STRUCT(\"bytes\" BLOB", StringComparison.Ordinal) ? $"struct_extract({Expression}, 'bytes')"
        : null;

    /// <summary>A hash of what a row holds here, or "" for NULL; null where the row's vector holds it all, bit by bit.</summary>
    public string? GivenExpression =>
        (IsBlob && Blobs != BlobType.Float64) || Type == "FLOAT[]" ? null
        : Type is "VARCHAR" or "BLOB" ? $"coalesce(sha256({Expression}), '')"
        : $"coalesce(CAST(hash({Expression}) AS VARCHAR), '')";

    /// <summary>How many values a row's vector holds.</summary>
    public string WidthExpression => IsBlob ? $"octet_length({Expression}) / {BlobNumbers.Size(Blobs)}.0" : $"len({VectorExpression})";
}

/// <summary>The numbers, one after another and little-endian, that a blob may hold.</summary>
[JsonConverter(typeof(EnumNames<BlobType>))]
public enum BlobType
{
    Float32,
    Float64,
    Float16,
    UInt8,
}
