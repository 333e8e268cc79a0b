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
        var record = new byte[RecordBytes];
        var picture = record.AsSpan(HashBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(picture, (ushort)width);
        BinaryPrimitives.WriteUInt16LittleEndian(picture[SideBytes..], (ushort)height);
        levels.CopyTo(picture[(2 * SideBytes)..]);
        BinaryPrimitives.WriteUInt128LittleEndian(record, XxHash128.HashToUInt128(picture));
        RandomAccess.Write(stream.SafeFileHandle, record, (long)row * RecordBytes);
        return true;
    }

    /// <summary>The picture of a row; null where it has none. Several threads may ask.</summary>
    public GreyPicture? Of(int row)
    {
        var record = Read(row, RecordBytes).AsSpan(HashBytes);
        var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(record), BinaryPrimitives.ReadUInt16LittleEndian(record[SideBytes..]));
        return width == 0 ? null : new GreyPicture(width, height, record[(2 * SideBytes)..]);
    }

    /// <summary>The hash of a row's picture, of its sides and levels; 0 where it has none.</summary>
    public UInt128 ContentOf(int row) => BinaryPrimitives.ReadUInt128LittleEndian(Read(row, HashBytes));

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private byte[] Read(int row, int bytes)
    {
        var record = new byte[bytes];
        RandomAccess.Read(stream.SafeFileHandle, record, (long)row * RecordBytes);
        return record;
    }
}
