using System.Runtime.InteropServices;
using Parquet.Schema;
using ParquetPool.Engine;

namespace ParquetPool.Columns;

/// <summary>Bytes, such as packed vectors and pictures.</summary>
internal class BlobColumn(DataField field, bool repeated = false) : ParquetLeaf<ReadOnlyMemory<byte>>(field, repeated)
{
    private readonly Arena<byte> blobs = new();

    public override long Bytes => base.Bytes + blobs.Taken;

    /// <summary>Adds the values as little-endian float32.</summary>
    public void Add(ReadOnlySpan<float> values) => MemoryMarshal.AsBytes(values).CopyTo(Add(values.Length * sizeof(float), 0, 0));

    /// <summary>Adds the bytes of a file.</summary>
    public void Add(ReadOnlySpan<byte> file, int definition) => file.CopyTo(Add(file.Length, 0, definition));

    public override void Append(DuckDbVector vector, int row, int repetition, int definition)
    {
        if (vector.IsValid(row))
        {
            var bytes = vector.Bytes(row);
            bytes.CopyTo(Add(bytes.Length, repetition, definition));
        }
        else
        {
            AppendNull(repetition, definition);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        blobs.Dispose();
    }

    /// <summary>Room for a value of so many bytes.</summary>
    protected Span<byte> Add(int bytes, int repetition, int definition)
    {
        var room = blobs.Take(bytes);
        Add(room, repetition, definition);
        return room.Span;
    }

    protected override void Clear()
    {
        base.Clear();
        blobs.Clear();
    }
}
