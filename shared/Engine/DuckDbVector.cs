using DuckDB.NET.Native;

namespace ParquetPool.Engine;

/// <summary>One column of a chunk, or what is inside one that is a list.</summary>
/// <remarks>It lives as long as its chunk.</remarks>
internal readonly unsafe struct DuckDbVector(nint vector)
{
    private readonly nint vector = vector;
    private readonly ulong* validity = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);

    /// <summary>The values, one a row; of lists their <see cref="DuckDBListEntry"/>.</summary>
    public void* Data { get; } = NativeMethods.Vectors.DuckDBVectorGetData(vector);

    public bool AllValid => validity == null;

    /// <summary>The elements of all lists, one after another.</summary>
    public DuckDbVector Elements => new(NativeMethods.Vectors.DuckDBListVectorGetChild(vector));

    /// <summary>One of a struct's members.</summary>
    public DuckDbVector Member(int index) => new(NativeMethods.Vectors.DuckDBStructVectorGetChild(vector, index));

    public bool IsValid(int row) => validity == null || (validity[row / 64] >> (row % 64) & 1) != 0;

    /// <summary>Where a row's list begins among the elements, and how many it has.</summary>
    public (int Start, int Count) List(int row) => ((DuckDBListEntry*)Data)[row] is var entry ? ((int)entry.Offset, (int)entry.Length) : default;

    /// <summary>The bytes of a text or blob.</summary>
    public ReadOnlySpan<byte> Bytes(int row)
    {
        var text = (DuckDBString*)Data + row;
        return new(text->Data, text->Length);
    }
}
