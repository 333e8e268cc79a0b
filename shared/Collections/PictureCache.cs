using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ParquetPool.Collections;

/// <summary>What was made of each picture, a file each, by the hash of the picture's bytes: numbers, the encoder's vector, the thumbnail and the bytes that a model takes.</summary>
/// <param name="folder">Of pictures that were made into rows alike.</param>
internal sealed class PictureCache(string folder, PictureOptions options)
{
    private readonly ContentFiles files = new(folder);

    /// <summary>The row of the picture; null where it was never made, or is damaged.</summary>
    public PreparedPicture? Find(UInt128 hash, FoundPicture source, string? split)
    {
        if (files.Find(hash) is not { } bytes)
        {
            return null;
        }
        var body = bytes.AsSpan();
        var (numbers, embedding, small) = (Part(ref body), Part(ref body), Part(ref body));
        var pixels = options.Pixels is null ? [] : Part(ref body);
        var features = new float[options.Width];
        for (var i = 0; i < features.Length; i++)
        {
            features[i] = numbers[i] / 255f;
        }
        return new(source, split) { Features = features, Embedding = MemoryMarshal.Cast<byte, float>(embedding).ToArray(), Small = small, Pixels = pixels };
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Keep(UInt128 hash, PreparedPicture row)
    {
        using var bytes = new MemoryStream();
        Append(bytes, Array.ConvertAll(row.Features, value => (byte)Math.Round(value * 255)));
        Append(bytes, MemoryMarshal.AsBytes(row.Embedding.AsSpan()));
        Append(bytes, row.Small);
        if (options.Pixels is not null)
        {
            Append(bytes, row.Pixels);
        }
        files.Keep(hash, bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static void Append(MemoryStream bytes, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        bytes.Write(length);
        bytes.Write(part);
    }

    private static byte[] Part(ref Span<byte> body)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(body);
        var part = body.Slice(sizeof(int), length).ToArray();
        body = body[(sizeof(int) + length)..];
        return part;
    }
}
