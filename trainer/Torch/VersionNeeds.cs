using System.Buffers.Binary;
using System.Text;

namespace ParquetPool.Trainer.Torch;

/// <summary>What versions of other libraries' symbols a Linux library asks for: the section .gnu.version_r of an ELF file of 64 bits.</summary>
/// <remarks>Linux Standard Base, core, "Symbol versioning".</remarks>
internal static class VersionNeeds
{
    private const uint SectionType = 0x6FFF_FFFE; // SHT_GNU_verneed
    private const ushort Weak = 2; // VER_FLG_WEAK: the loader only warns where the version is not there.

    /// <summary>Makes the need of <paramref name="version"/> weak.</summary>
    /// <returns>Whether the library needs it.</returns>
    public static bool Weaken(Span<byte> library, string version)
    {
        var sections = (int)Long(library, 0x28);
        var (size, count) = (Short(library, 0x3A), Short(library, 0x3C));
        for (var i = 0; i < count; i++)
        {
            var section = library[(sections + (i * size))..];
            if (Int(section, 4) == SectionType)
            {
                var strings = (int)Long(library, sections + ((int)Int(section, 0x28) * size) + 0x18);
                return Weaken(library, (int)Long(section, 0x18), (int)Int(section, 0x2C), strings, version);
            }
        }
        return false;
    }

    private static bool Weaken(Span<byte> library, int at, int files, int strings, string version)
    {
        for (var file = 0; file < files; file++)
        {
            var need = at + (int)Int(library, at + 8);
            for (var i = 0; i < Short(library, at + 2); i++)
            {
                if (Text(library[(strings + (int)Int(library, need + 8))..]) == version)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(library[(need + 4)..], (ushort)(Short(library, need + 4) | Weak));
                    return true;
                }
                need += (int)Int(library, need + 12);
            }
            at += (int)Int(library, at + 12);
        }
        return false;
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Int(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes[..bytes.IndexOf((byte)0)]);
}
