using System.Buffers.Binary;
using System.Text.Unicode;

namespace ParquetPool.Tokenizers;

/// <summary>The map of characters that SentencePiece lays into a <c>tokenizer.json</c>: a length, a trie of that length and the texts that its leaves point into.</summary>
/// <remarks>Darts-clone's units: 32 bits, little endian.</remarks>
internal static class CharacterMap
{
    /// <summary>Whether its parts are there and no text leads out of them.</summary>
    public static bool IsWhole(byte[] map)
    {
        var length = map.Length < sizeof(uint) ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(map);
        if (length is 0 || length % sizeof(uint) != 0 || length > map.Length - sizeof(uint))
        {
            return false;
        }
        var (trie, texts) = (map.AsMemory(sizeof(uint), (int)length), map.AsMemory(sizeof(uint) + (int)length));
        return Utf8.IsValid(texts.Span) && LeadsNowhereElse(trie, texts.Span);
    }

    /// <summary>Whether no text leads out of the trie or of the texts.</summary>
    private static bool LeadsNowhereElse(ReadOnlyMemory<byte> trie, ReadOnlySpan<byte> texts)
    {
        var units = trie.Length / sizeof(uint);
        uint Unit(int place) => BinaryPrimitives.ReadUInt32LittleEndian(trie.Span[(place * sizeof(uint))..]);
        int Children(int place) => Unit(place) is var unit ? place ^ (int)((unit >> 10) << (int)((unit & 0x200) >> 6)) : 0;
        var (seen, open) = (new HashSet<int>(), new Stack<int>([Children(0)]));
        while (open.TryPop(out var children))
        {
            if (children < 0 || (children | 0xFF) >= units)
            {
                return false;
            }
            for (var letter = 1; letter <= 0xFF; letter++)
            {
                var unit = Unit(children ^ letter);
                if ((unit & 0x8000_00FF) != letter)
                {
                    continue;
                }
                var next = Children(children ^ letter);
                if ((unit & 0x100) != 0 && (next < 0 || next >= units || (Unit(next) & 0x7FFF_FFFF) is var text && (text >= texts.Length || (texts[(int)text] & 0xC0) == 0x80)))
                {
                    return false;
                }
                if (seen.Add(next))
                {
                    open.Push(next);
                }
            }
        }
        return true;
    }
}
