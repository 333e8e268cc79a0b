using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using ParquetPool.Collections;

namespace ParquetPool.Scorer.Overlaps;

/// <summary>How pictures lie on each other, kept for later audits: a file for each picture, by the hash of its levels, with the pictures that it was laid over.</summary>
/// <remarks>Memory: what was read or kept of <see cref="RememberedPairs"/> pairs. Several threads may ask, each for pictures of its own or any.</remarks>
/// <param name="folder">Of what is kept of pictures.</param>
internal sealed class OverlapCache(string folder)
{
    /// <summary>Others that are kept of a picture: those of the last audits.</summary>
    public const int MostOthers = 1024;

    private const int RememberedPairs = 1 << 17;
    private const int HashBytes = 16;
    private const int PlaceBytes = 4;
    private const int EntryBytes = HashBytes + sizeof(double) + PlaceBytes;

    private readonly ContentFiles files = new(Path.Combine(folder, CacheRoom.Overlaps, OverlapSearch.Version.ToString(CultureInfo.InvariantCulture)));

    private readonly ConcurrentDictionary<UInt128, IReadOnlyDictionary<UInt128, (PictureOverlap Overlap, double Similarity)>> remembered = [];
    private long pairs;

    /// <summary>What is known of a picture, by the other's hash; of each pair the picture of the smaller hash is the first.</summary>
    public IReadOnlyDictionary<UInt128, (PictureOverlap Overlap, double Similarity)> Of(UInt128 picture) => remembered.TryGetValue(picture, out var known) ? known : Remember(picture, Read(files.Find(picture)));

    /// <summary>Keeps what was found of a picture beside what is known; of many others the newest.</summary>
    /// <exception cref="IOException">The cache cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public void Keep(UInt128 picture, IReadOnlyDictionary<UInt128, (PictureOverlap Overlap, double Similarity)> found)
    {
        if (found.Keys.All(Of(picture).ContainsKey))
        {
            return;
        }
        var known = Read(files.Find(picture)); // Another run may have kept more meanwhile.
        var kept = found.Concat(known.Where(of => !found.ContainsKey(of.Key))).Take(MostOthers).ToList();
        var bytes = new byte[kept.Count * EntryBytes];
        foreach (var (i, (other, (overlap, similarity))) in kept.Index())
        {
            var entry = bytes.AsSpan(i * EntryBytes, EntryBytes);
            BinaryPrimitives.WriteUInt128LittleEndian(entry, other);
            BinaryPrimitives.WriteDoubleLittleEndian(entry[HashBytes..], similarity);
            ((ReadOnlySpan<byte>)[(byte)overlap.Facing, overlap.WidthPercent, overlap.HeightPercent, (byte)(overlap.IsSecondInFirst ? 1 : 0)]).CopyTo(entry[(EntryBytes - PlaceBytes)..]);
        }
        files.Keep(picture, bytes);
        Remember(picture, Read(bytes));
    }

    private static Dictionary<UInt128, (PictureOverlap Overlap, double Similarity)> Read(ReadOnlySpan<byte> entries)
    {
        var known = new Dictionary<UInt128, (PictureOverlap Overlap, double Similarity)>(entries.Length / EntryBytes);
        for (var entry = entries; entry.Length >= EntryBytes; entry = entry[EntryBytes..])
        {
            var place = entry[(EntryBytes - PlaceBytes)..];
            known[BinaryPrimitives.ReadUInt128LittleEndian(entry)] = (new PictureOverlap((Facing)place[0], place[1], place[2], place[3] == 1), BinaryPrimitives.ReadDoubleLittleEndian(entry[HashBytes..]));
        }
        return known;
    }

    private IReadOnlyDictionary<UInt128, (PictureOverlap Overlap, double Similarity)> Remember(UInt128 picture, Dictionary<UInt128, (PictureOverlap Overlap, double Similarity)> known)
    {
        if (Interlocked.Add(ref pairs, known.Count + 1) > RememberedPairs)
        {
            remembered.Clear();
            Interlocked.Exchange(ref pairs, known.Count + 1);
        }
        return remembered[picture] = known;
    }
}
