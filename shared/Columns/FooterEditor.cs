using System.Buffers;
using ParquetPool.Engine;

namespace ParquetPool.Columns;

/// <summary>Copies the footer of a file that Parquet.Net wrote, with what it cannot say put in and what is better unsaid left out.</summary>
/// <remarks>
/// Put in: <see cref="TypeAnnotation"/>s. Left out: the statistics of columns. Parquet.Net orders texts by UTF-16 where readers take them to be
/// ordered by UTF-8, and a NaN that comes first for the smallest value; a reader that skips row groups by them would lose rows.
/// The footer is a struct of Thrift's compact protocol; field numbers are those of <c>parquet.thrift</c>.
/// </remarks>
internal ref struct FooterEditor
{
    private const int Stop = 0, True = 1, Byte = 3, Int16 = 4, Int32 = 5, Int64 = 6, Double = 7, Binary = 8, List = 9, Set = 10, Struct = 12;
    private readonly IReadOnlyList<TypeAnnotation?> annotations;
    private readonly ArrayBufferWriter<byte> target;
    private ReadOnlySpan<byte> rest;
    private int leaf = -1;

    private FooterEditor(ReadOnlySpan<byte> footer, IReadOnlyList<TypeAnnotation?> annotations)
    {
        rest = footer;
        (this.annotations, target) = (annotations, new(footer.Length));
    }

    private enum Part
    {
        Other,
        File,
        SchemaElement,
        RowGroup,
        ColumnChunk,
        Column,
    }

    /// <param name="annotations">One for each column that holds values, in their order; null where Parquet.Net's word stands.</param>
    public static byte[] Edit(ReadOnlySpan<byte> footer, IReadOnlyList<TypeAnnotation?> annotations)
    {
        var editor = new FooterEditor(footer, annotations);
        editor.CopyStruct(Part.File, keep: true);
        return editor.target.WrittenSpan.ToArray();
    }

    private void CopyStruct(Part part, bool keep)
    {
        var (read, written, isLeaf) = (0, 0, false);
        while (Next() is var header and not Stop)
        {
            var (type, id) = (header & 0xF, header >> 4 is var step and not 0 ? read + step : (int)CompactThrift.Signed(Number()));
            read = id;
            isLeaf |= part == Part.SchemaElement && id == 1;
            leaf += part == Part.SchemaElement && id == 1 ? 1 : 0;
            var kept = keep && !(part == Part.Column && id == 12) && !(isLeaf && annotations[leaf] is not null && id is 6 or 7 or 8 or 10);
            if (kept)
            {
                WriteHeader(type, id, ref written);
            }

            CopyValue(type, (part, id) switch
            {
                (Part.File, 2) => Part.SchemaElement,
                (Part.File, 4) => Part.RowGroup,
                (Part.RowGroup, 1) => Part.ColumnChunk,
                (Part.ColumnChunk, 3) => Part.Column,
                _ => Part.Other,
            }, kept);
        }

        if (keep && isLeaf && annotations[leaf] is { } annotation)
        {
            Write(annotation, ref written);
        }

        Write([Stop], keep);
    }

    private void Write(TypeAnnotation annotation, ref int written)
    {
        foreach (var (id, value) in new[] { (6, annotation.Converted), (7, annotation.Scale), (8, annotation.Precision) })
        {
            if (value is { } number)
            {
                WriteHeader(Int32, id, ref written);
                Write([(byte)(2 * number)], true);
            }
        }

        WriteHeader(Struct, 10, ref written);
        Write(annotation.Logical, true);
    }

    private void CopyValue(int type, Part part, bool keep)
    {
        switch (type)
        {
            case <= 2:
                break; // A boolean is its type.
            case Byte:
                Copy(1, keep);
                break;
            case Int16 or Int32 or Int64:
                CopyNumber(keep);
                break;
            case Double:
                Copy(sizeof(double), keep);
                break;
            case Binary:
                Copy((int)CopyNumber(keep), keep);
                break;
            case List or Set:
                CopyList(part, keep);
                break;
            case Struct:
                CopyStruct(part, keep);
                break;
            default:
                throw new InvalidDataException($"a footer with a field of type {type}, which parquet.thrift has not");
        }
    }

    private void CopyList(Part part, bool keep)
    {
        var header = Next();
        Write([header], keep);
        var count = header >> 4 is var few and < 15 ? few : (int)CopyNumber(keep);
        for (var i = 0; i < count; i++)
        {
            if ((header & 0xF) <= 2)
            {
                Copy(1, keep); // But in a list a boolean is a byte.
            }
            else
            {
                CopyValue(header & 0xF, part, keep);
            }
        }
    }

    private readonly void WriteHeader(int type, int id, ref int written)
    {
        if (id - written is var step and > 0 and < 16)
        {
            Write([(byte)(step << 4 | type)], true);
        }
        else
        {
            Write([(byte)type, (byte)(2 * id)], true); // The numbers of parquet.thrift are below 64.
        }

        written = id;
    }

    private readonly void Write(ReadOnlySpan<byte> bytes, bool keep)
    {
        if (keep)
        {
            target.Write(bytes);
        }
    }

    private byte Next() => CompactThrift.Next(ref rest);

    private ulong Number() => CompactThrift.Number(ref rest);

    private ulong CopyNumber(bool keep)
    {
        var before = rest;
        var number = Number();
        Write(before[..(before.Length - rest.Length)], keep);
        return number;
    }

    private void Copy(int bytes, bool keep)
    {
        Write(rest[..bytes], keep);
        rest = rest[bytes..];
    }
}
