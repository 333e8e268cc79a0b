using System.Buffers.Binary;
using System.IO.Hashing;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Overlaps;

/// <summary>Small grey pictures of numbered rows in a file that vanishes with this: <see cref="RecordBytes"/> a row, none of them in memory.</summary>
internal sealed class GreyFile : IDisposable
{
    private const int SideBytes = sizeof(ushort);
    private const int HashBytes = 16;
    private const int RecordBytes = HashBytes + (2 * SideBytes) + (GreyPicture.Side * GreyPicture.Side);

    private readonly FileStream stream;

    /// <param name="folder">Where it lies meanwhile.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public GreyFile(string folder) =>
        stream = new FileStream(TemporaryFile.NewIn(folder), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose | FileOptions.RandomAccess);

    /// <summary>Keeps a picture file's picture; several threads may.</summary>
    /// <returns>Whether it is one that can be decoded.</returns>
    /// <exception cref="IOException">The folder has no room.</exception>
    public bool Add(int row, byte[] file)
    {
        if (GreyPicture.Decode(file) is not var (width, height, levels))
        {
            return false; // It is compared by its vector alone.
        }
        Add(row, width, height, levels);
        return true;
    }

    /// <param name="levels">[y, x], of at most <see cref="GreyPicture.Side"/> pixels a side.</param>
    /// <exception cref="IOException">The folder has no room.</exception>
    public void Add(int row, int width, int height, ReadOnlySpan<byte> levels)
    {
        var record = new byte[RecordBytes];
        var picture = record.AsSpan(HashBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(picture, (ushort)width);
        BinaryPrimitives.WriteUInt16LittleEndian(picture[SideBytes..], (ushort)height);
        levels.CopyTo(picture[(2 * SideBytes)..]);
        BinaryPrimitives.WriteUInt128LittleEndian(record, XxHash128.HashToUInt128(picture));
        RandomAccess.Write(stream.SafeFileHandle, record, (long)row * RecordBytes);
    }

    /// <summary>The picture of a row; null where it has none. Several threads may ask.</summary>
    public GreyPicture? Of(int row) => LevelsOf(row) is var (width, height, levels) ? new GreyPicture(width, height, levels) : null;

    /// <summary>The sides and levels [y, x] of a row's picture; null where it has none.</summary>
    public (int Width, int Height, byte[] Levels)? LevelsOf(int row)
    {
        var record = Read(row, RecordBytes).AsSpan(HashBytes);
        var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(record), BinaryPrimitives.ReadUInt16LittleEndian(record[SideBytes..]));
        return width == 0 ? null : (width, height, record.Slice(2 * SideBytes, width * height).ToArray());
    }

    /// <summary>The hash of a row's picture, of its sides and levels; 0 where it has none.</summary>
    public UInt128 ContentOf(int row) => BinaryPrimitives.ReadUInt128LittleEndian(Read(row, HashBytes));

    /// <summary>So many rows at most of those below a count whose pictures no other has, the same in any order of the rows: those of the least hashes.</summary>
    public IReadOnlySet<int> Drawn(int rows, int most)
    {
        var (least, drawn) = (new SortedSet<UInt128>(), new Dictionary<UInt128, int?>());
        for (var row = 0; row < rows; row++)
        {
            var content = ContentOf(row);
            if (content == 0 || (least.Count == most && content > least.Max))
            {
                continue;
            }
            drawn[content] = least.Add(content) ? row : null;
            if (least.Count > most)
            {
                drawn.Remove(least.Max);
                least.Remove(least.Max);
            }
        }
        return drawn.Values.OfType<int>().ToHashSet();
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private byte[] Read(int row, int bytes)
    {
        var record = new byte[bytes];
        RandomAccess.Read(stream.SafeFileHandle, record, (long)row * RecordBytes);
        return record;
    }
}
