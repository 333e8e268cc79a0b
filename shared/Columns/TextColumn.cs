using System.Text;
using Parquet.Schema;
using ParquetPool.Engine;

namespace ParquetPool.Columns;

/// <summary>Texts.</summary>
internal sealed class TextColumn(DataField field, bool repeated = false) : ParquetLeaf<ReadOnlyMemory<char>>(field, repeated)
{
    private readonly Arena<char> texts = new();

    public override long Bytes => base.Bytes + (texts.Taken * sizeof(char));

    public void Add(string text, int definition = 0)
    {
        var copy = texts.Take(text.Length);
        text.CopyTo(copy.Span);
        Add(copy, 0, definition);
    }

    public override void Append(DuckDbVector vector, int row, int repetition, int definition)
    {
        if (!vector.IsValid(row))
        {
            AppendNull(repetition, definition);
            return;
        }

        // UTF-8 has at least as many bytes as UTF-16 has units.
        var bytes = vector.Bytes(row);
        var room = texts.Take(bytes.Length);
        var length = Encoding.UTF8.GetChars(bytes, room.Span);
        texts.GiveBack(bytes.Length - length);
        Add(room[..length], repetition, definition);
    }

    public override void Dispose()
    {
        base.Dispose();
        texts.Dispose();
    }

    protected override void Clear()
    {
        base.Clear();
        texts.Clear();
    }
}
