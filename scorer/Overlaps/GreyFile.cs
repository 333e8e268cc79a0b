using System.Buffers.Binary;
using System.IO.Hashing;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Overlaps;

/// <summary>Small grey pictures of numbered rows in a file that vanishes with this: <see cref="RecordBytes"/> a row, of which their hashes alone, 16 bytes a row, are in memory.</summary>
internal sealed class GreyFile : IDisposable
{
    private const int SideBytes = sizeof(ushort);
    private const int RecordBytes = (2 * SideBytes) + (GreyPicture.Side * GreyPicture.Side);

    private readonly FileStream stream;
    private readonly Lock growing = new();
    private UInt128[] contents = [];

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
        BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)width);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(SideBytes), (ushort)height);
        levels.CopyTo(record.AsSpan(2 * SideBytes));
        lock (growing)
        {
            if (row >= contents.Length)
            {
                Array.Resize(ref contents, Math.Max(row + 1, 2 * contents.Length));
            }
            contents[row] = XxHash128.HashToUInt128(record);
        }
        RandomAccess.Write(stream.SafeFileHandle, record, (long)row * RecordBytes);
    }

    /// <summary>The picture of a row; null where it has none. Several threads may ask.</summary>
    public GreyPicture? Of(int row) => LevelsOf(row) is var (width, height, levels) ? new GreyPicture(width, height, levels) : null;

    /// <summary>The sides and levels [y, x] of a row's picture; null where it has none.</summary>
    public (int Width, int Height, byte[] Levels)? LevelsOf(int row)
    {
        var record = new byte[RecordBytes].AsSpan();
        RandomAccess.Read(stream.SafeFileHandle, record, (long)row * RecordBytes);
        var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(record), BinaryPrimitives.ReadUInt16LittleEndian(record[SideBytes..]));
        return width == 0 ? null : (width, height, record.Slice(2 * SideBytes, width * height).ToArray());
    }

    /// <summary>The hash of a row's picture, of its sides and levels; 0 where it has none. All are added before any is asked for.</summary>
    public UInt128 ContentOf(int row) => row < contents.Length ? contents[row] : 0;

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
}
