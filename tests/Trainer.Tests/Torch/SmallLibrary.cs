using System.Buffers.Binary;
using System.Text;

namespace ParquetPool.Trainer.Tests.Torch;

/// <summary>An ELF file of 64 bits with nothing but the versions that it needs of one library.</summary>
internal static class SmallLibrary
{
    private const int Sections = 0x40;
    private const int SectionSize = 0x40;
    private const int Needs = Sections + (2 * SectionSize);
    private const int NeedSize = 16;

    public static byte[] Needing(params string[] versions)
    {
        var strings = Needs + (NeedSize * (1 + versions.Length));
        var text = Encoding.ASCII.GetBytes("\0" + string.Concat(versions.Select(v => v + "\0")));
        var bytes = new byte[strings + text.Length];
        text.CopyTo(bytes, strings);
        Write64(bytes, 0x28, Sections);
        Write16(bytes, 0x3A, SectionSize);
        Write16(bytes, 0x3C, 2);
        Write32(bytes, Sections + 4, 3); // .dynstr
        Write64(bytes, Sections + 0x18, strings);
        Write32(bytes, Sections + SectionSize + 4, 0x6FFF_FFFE); // .gnu.version_r
        Write64(bytes, Sections + SectionSize + 0x18, Needs);
        Write32(bytes, Sections + SectionSize + 0x28, 0);
        Write32(bytes, Sections + SectionSize + 0x2C, 1);
        Write16(bytes, Needs + 2, versions.Length);
        Write32(bytes, Needs + 8, NeedSize);
        var name = 1;
        for (var i = 0; i < versions.Length; i++)
        {
            var need = Needs + (NeedSize * (i + 1));
            Write32(bytes, need + 8, name);
            Write32(bytes, need + 12, NeedSize);
            name += versions[i].Length + 1;
        }
        return bytes;
    }

    /// <summary>The flags of each version.</summary>
    public static int[] Flags(byte[] library) =>
        [.. Enumerable.Range(1, BinaryPrimitives.ReadUInt16LittleEndian(library.AsSpan(Needs + 2))).Select(i => (int)BinaryPrimitives.ReadUInt16LittleEndian(library.AsSpan(Needs + (NeedSize * i) + 4)))];

    private static void Write16(byte[] bytes, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)value);

    private static void Write32(byte[] bytes, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);

    private static void Write64(byte[] bytes, int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value);
}
