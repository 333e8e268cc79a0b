using System.Text.Json.Serialization;

namespace ParquetPool.Engine;

/// <summary>A feature column: every row has <paramref name="Width"/> floats.</summary>
/// <param name="Optional">Whether a row may lack its vector: NULL is then read as a vector of NaN, and is no fault.</param>
public readonly record struct VectorColumn(string Name, int Width, bool Optional = false)
{
    /// <summary>Of vectors that stand as lists in lists, how long these are, such as <c>2x3</c>: a row of another shape is of another width. Null for plain lists and blobs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Shape { get; init; }

    /// <summary>What its vectors are, for messages.</summary>
    [JsonIgnore]
    public string Kind => Shape ?? FormattableString.Invariant($"{Width} numbers");

    /// <summary>Whether vectors of another column may stand for this one's: as many numbers and, where both have one, the same shape.</summary>
    public bool Takes(VectorColumn other) => Width == other.Width && (Shape is null || other.Shape is null || Shape == other.Shape);
}
