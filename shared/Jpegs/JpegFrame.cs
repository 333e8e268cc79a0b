using System.Buffers.Binary;

namespace ParquetPool.Jpegs;

/// <summary>A channel of a JPEG: how often it stands in a group of blocks, and how its coefficients are coded.</summary>
/// <param name="Across">Blocks side by side in a group.</param>
/// <param name="Down">Blocks one under another in a group.</param>
internal sealed record JpegChannel(byte Name, int Across, int Down, ushort[] Steps, HuffmanTable First, HuffmanTable Others);

/// <summary>What stands before the coefficients of a plain JPEG: Huffman-coded, eight bits, one scan, grey or YCbCr with chroma of full size or halved across, or both ways.</summary>
internal sealed class JpegFrame
{
    private const int HeadBytes = 6;
    private const int Block = 64;

    private readonly ushort[]?[] steps = new ushort[]?[4];
    private readonly HuffmanTable?[] first = new HuffmanTable?[4];
    private readonly HuffmanTable?[] others = new HuffmanTable?[4];
    private byte[] head = [];

    public int Width { get; private set; }

    public int Height { get; private set; }

    public JpegChannel[] Channels { get; private set; } = [];

    /// <summary>Groups between two restarts; 0 for none.</summary>
    public int Restart { get; private set; }

    /// <summary>Where the coded bytes begin.</summary>
    public int Scan { get; private set; }

    /// <summary>Null where the file is another kind of JPEG, or none.</summary>
    public static JpegFrame? Read(ReadOnlySpan<byte> file)
    {
        var frame = new JpegFrame();
        for (var at = 2; at + 4 <= file.Length && file[at] == 0xFF;)
        {
            var (marker, length) = (file[at + 1], BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]));
            if (length < 2 || at + 2 + length > file.Length)
            {
                return null;
            }
            var body = file.Slice(at + 4, length - 2);
            at += 2 + length;
            if (marker == 0xDA)
            {
                frame.Scan = at;
                return frame.Ends(body) ? frame : null;
            }
            if (!frame.Take(marker, body))
            {
                return null;
            }
        }
        return null;
    }

    private bool Take(byte marker, ReadOnlySpan<byte> body)
    {
        switch (marker)
        {
            case 0xC0 or 0xC1 when head.Length == 0 && body.Length >= HeadBytes && body[0] == 8:
                head = body.ToArray();
                (Height, Width) = (BinaryPrimitives.ReadUInt16BigEndian(body[1..]), BinaryPrimitives.ReadUInt16BigEndian(body[3..]));
                return Width > 0 && Height > 0 && head[5] is 1 or 3 && head.Length == HeadBytes + (3 * head[5]);
            case 0xC4:
                return TakeCodes(body);
            case 0xDB:
                return TakeSteps(body);
            case 0xDD when body.Length == 2:
                Restart = BinaryPrimitives.ReadUInt16BigEndian(body);
                return true;
            case 0xEE when body.StartsWith("Adobe"u8):
                return body.Length >= 12 && body[11] == 1; // YCbCr; 0 is RGB.
            default:
                return marker is >= 0xE0 and <= 0xEF or 0xFE;
        }
    }

    private bool TakeCodes(ReadOnlySpan<byte> body)
    {
        while (body.Length > HuffmanTable.Longest)
        {
            var (kind, place) = (body[0] >> 4, body[0] & 15);
            var counts = body.Slice(1, HuffmanTable.Longest);
            var symbols = body[(1 + HuffmanTable.Longest)..];
            var count = 0;
            foreach (var codes in counts)
            {
                count += codes;
            }
            if (kind > 1 || place > 3 || count > symbols.Length || HuffmanTable.Of(counts, symbols[..count], kind == 0) is not { } table)
            {
                return false;
            }
            (kind == 0 ? first : others)[place] = table;
            body = symbols[count..];
        }
        return body.IsEmpty;
    }

    private bool TakeSteps(ReadOnlySpan<byte> body)
    {
        while (!body.IsEmpty)
        {
            var (wide, place) = (body[0] >> 4, body[0] & 15);
            if (wide > 1 || place > 3 || body.Length < 1 + (Block * (1 + wide)))
            {
                return false;
            }
            var table = new ushort[Block];
            for (var i = 0; i < Block; i++)
            {
                table[i] = wide == 1 ? BinaryPrimitives.ReadUInt16BigEndian(body[(1 + (2 * i))..]) : body[1 + i];
            }
            steps[place] = table;
            body = body[(1 + (Block * (1 + wide)))..];
        }
        return true;
    }

    /// <summary>Whether the scan is the only one, of all channels, and all that it asks for is there.</summary>
    private bool Ends(ReadOnlySpan<byte> scan)
    {
        var count = head.Length == 0 ? 0 : head[5];
        if (count == 0 || scan.Length != (2 * count) + 4 || scan[0] != count || !scan[^3..].SequenceEqual<byte>([0, 63, 0]))
        {
            return false;
        }
        var channels = new JpegChannel[count];
        for (var i = 0; i < count; i++)
        {
            var about = head.AsSpan(HeadBytes + (3 * i), 3);
            var coded = scan.Slice(1 + (2 * i), 2);
            if (about[0] != coded[0] || about[2] > 3 || (coded[1] >> 4) > 3 || (coded[1] & 15) > 3
                || steps[about[2]] is not { } step || first[coded[1] >> 4] is not { } level || others[coded[1] & 15] is not { } other)
            {
                return false;
            }
            channels[i] = new(about[0], about[1] >> 4, about[1] & 15, step, level, other);
        }
        // The blocks of a single channel stand one after another, whatever it says of groups.
        Channels = count == 1 ? [channels[0] with { Across = 1, Down = 1 }] : channels;
        return count == 1 || (Channels[0] is { Across: 1, Down: 1 } or { Across: 2, Down: 1 or 2 }
            && Channels[1..].All(channel => channel is { Across: 1, Down: 1 })
            && !(Channels[0].Name == 'R' && Channels[1].Name == 'G' && Channels[2].Name == 'B'));
    }
}
