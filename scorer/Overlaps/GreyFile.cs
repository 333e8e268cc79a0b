using System.Buffers.Binary;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Overlaps;

/// <summary>Small grey pictures of numbered rows in a file that vanishes with this: <see cref="RecordBytes"/> a row, none of them in memory.</summary>
internal sealed class GreyFile : IDisposable
{
    private const int SideBytes = sizeof(ushort);
    private const int RecordBytes = (2 * SideBytes) + (GreyPicture.Side * GreyPicture.Side);

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
        BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)width);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(SideBytes), (ushort)height);
        levels.CopyTo(record, 2 * SideBytes);
        RandomAccess.Write(stream.SafeFileHandle, record, (long)row * RecordBytes);
        return true;
    }

    /// <summary>The picture of a row; null where it has none. Several threads may ask.</summary>
    public GreyPicture? Of(int row)
    {
        var record = new byte[RecordBytes];
        RandomAccess.Read(stream.SafeFileHandle, record, (long)row * RecordBytes);
        var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(record), BinaryPrimitives.ReadUInt16LittleEndian(record.AsSpan(SideBytes)));
        return width == 0 ? null : new GreyPicture(width, height, record.AsSpan(2 * SideBytes));
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();
}
