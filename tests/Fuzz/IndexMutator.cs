using System.Security.Cryptography;
using System.Text;

namespace ParquetPool.Fuzz;

/// <summary>Changes an index of cells, in its data or in the JSON at its end. Its two checksums are made anew: <see cref="Close"/>.</summary>
internal static class IndexMutator
{
    private const int End = SHA256.HashSizeInBytes + sizeof(long);
    private const string Sha256 = "\"sha256\":\"";

    public static byte[] Change(byte[] bytes, Random draw)
    {
        if (HeaderOf(bytes) is not { } json || draw.Next(3) == 0)
        {
            return ByteMutator.Change(bytes, draw, bytes);
        }
        var data = bytes[..^(End + json.Length)];
        return draw.Next(3) == 0 ? [.. ByteMutator.Change(data, draw, data), .. bytes[data.Length..]] : [.. data, .. Ended(JsonMutator.Change(json, draw))];
    }

    /// <summary>The file with checksums that fit; the same where it is no such file.</summary>
    public static byte[] Close(byte[] bytes)
    {
        if (HeaderOf(bytes) is not { } json)
        {
            return bytes;
        }
        var data = bytes[..^(End + json.Length)];
        var text = Encoding.UTF8.GetString(json);
        var at = text.LastIndexOf(Sha256, StringComparison.Ordinal) + Sha256.Length;
        if (at >= Sha256.Length && text.IndexOf('"', at) is > 0 and var end)
        {
            json = Encoding.UTF8.GetBytes(text[..at] + Convert.ToHexStringLower(SHA256.HashData(data)) + text[end..]);
        }
        return [.. data, .. Ended(json)];
    }

    private static byte[] Ended(byte[] json) => [.. json, .. SHA256.HashData(json), .. BitConverter.GetBytes((long)json.Length)];

    private static byte[]? HeaderOf(byte[] bytes) =>
        bytes.Length > End && BitConverter.ToInt64(bytes.AsSpan(bytes.Length - sizeof(long))) is var length && length > 0 && length <= bytes.Length - End && bytes[bytes.Length - End - (int)length] == (byte)'{'
            ? bytes[(bytes.Length - End - (int)length)..^End]
            : null;
}
