using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ParquetPool.Columns;
using ParquetPool.Storage;

namespace ParquetPool.Fuzz;

/// <summary>Checksums made anew for a damaged file, as somebody would who wants it read: what they would refuse is to reach what lies behind.</summary>
internal static partial class Resealed
{
    private const int Digits = 32;

    /// <summary>The damaged bytes with the checksum inside them that the whole file has.</summary>
    public static byte[] Of(byte[] whole, byte[] damaged) => RecordSeal.Fits(whole) == true ? Record(damaged) : IndexMutator.Close(Table(damaged));

    /// <summary>Puts the damaged file's SHA-256 where the whole one's stood: in the lists, the records of shards and the manifests of its own folder, for another may hold the same file, and theirs likewise.</summary>
    public static void Relist(string folder, byte[] whole, byte[] damaged)
    {
        var (before, now) = (Convert.ToHexStringLower(SHA256.HashData(whole)), Convert.ToHexStringLower(SHA256.HashData(damaged)));
        foreach (var list in before == now || !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is WrittenFiles.FileName or "manifest.json" || file.Contains("/scores/", StringComparison.Ordinal)).ToList())
        {
            var bytes = File.ReadAllBytes(list);
            var text = Encoding.Latin1.GetString(bytes);
            if (text.Contains(before, StringComparison.Ordinal))
            {
                var changed = Of(bytes, Encoding.Latin1.GetBytes(text.Replace(before, now, StringComparison.Ordinal)));
                File.WriteAllBytes(list, changed);
                Relist(folder, bytes, changed);
            }
        }
    }

    private static byte[] Record(byte[] damaged)
    {
        var text = Seal().Replace(Encoding.Latin1.GetString(damaged), "");
        return text.Contains('}', StringComparison.Ordinal) ? RecordSeal.Close(Encoding.Latin1.GetBytes(text)) : damaged;
    }

    private static byte[] Table(byte[] damaged)
    {
        var key = damaged.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(FileSeal.Key));
        var place = key + FileSeal.Key.Length + 2;
        if (key < 0 || place + Digits > damaged.Length)
        {
            return damaged;
        }
        byte[] closed = [.. damaged];
        closed.AsSpan(place, Digits).Fill((byte)'0');
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(XxHash128.Hash(closed)), closed.AsSpan(place));
        return closed;
    }

    [GeneratedRegex("\\s*,?\\s*\"xxh128\"\\s*:\\s*\"[0-9a-f]*\"")]
    private static partial Regex Seal();
}
