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
    private readonly IReadOnlyList<TypeAnnotation?> annotations;
    private readonly ArrayBufferWriter<byte> target;
    private CompactThrift footer;
    private int leaf = -1;

    private FooterEditor(ReadOnlySpan<byte> footer, IReadOnlyList<TypeAnnotation?> annotations)
    {
        this.footer = new CompactThrift(footer);
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
        var (id, written, isLeaf) = (0, 0, false);
        while (footer.Field(ref id) is { } type)
        {
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

        Write([CompactThrift.Stop], keep);
    }

    private void Write(TypeAnnotation annotation, ref int written)
    {
        foreach (var (id, value) in new[] { (6, annotation.Converted), (7, annotation.Scale), (8, annotation.Precision) })
        {
            if (value is { } number)
            {
                WriteHeader(CompactThrift.Int32, id, ref written);
                Write([(byte)(2 * number)], true);
            }
        }

        WriteHeader(CompactThrift.Struct, 10, ref written);
        Write(annotation.Logical, true);
    }

    private void CopyValue(int type, Part part, bool keep)
    {
        switch (type)
        {
            case <= CompactThrift.LastBoolean:
                break; // A boolean is its type.
            case CompactThrift.Byte:
                Copy(1, keep);
                break;
            case CompactThrift.Int16 or CompactThrift.Int32 or CompactThrift.Int64:
                CopyNumber(keep);
                break;
            case CompactThrift.Double:
                Copy(sizeof(double), keep);
                break;
            case CompactThrift.Binary:
                Copy((int)CopyNumber(keep), keep);
                break;
            case CompactThrift.List or CompactThrift.Set:
                CopyList(part, keep);
                break;
            case CompactThrift.Struct:
                CopyStruct(part, keep);
                break;
            default:
                throw new InvalidDataException($"a footer with a field of type {type}, which parquet.thrift has not");
        }
    }

    private void CopyList(Part part, bool keep)
    {
        var before = footer.Rest;
        var (type, count) = footer.ListHead();
        Write(footer.Since(before), keep);
        for (var i = 0; i < count; i++)
        {
            if (type <= CompactThrift.LastBoolean)
            {
                Copy(1, keep); // But in a list a boolean is a byte.
            }
            else
            {
                CopyValue(type, part, keep);
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

    private ulong CopyNumber(bool keep)
    {
        var before = footer.Rest;
        var number = footer.Number();
        Write(footer.Since(before), keep);
        return number;
    }

    private void Copy(int bytes, bool keep)
    {
        Write(footer.Rest[..bytes], keep);
        footer.Pass(bytes);
    }
}
