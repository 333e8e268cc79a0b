using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using ParquetPool.Storage;

namespace ParquetPool.Collections;

/// <summary>What was made of each picture, a file each, by the hash of the picture's bytes: numbers, the encoder's vector, the thumbnail and the bytes that a model takes.</summary>
/// <remarks>A file is written beside its place and renamed, and ends with a hash of its bytes: one that is not whole is made anew. Several runs may share the folder.</remarks>
/// <param name="folder">Of pictures that were made into rows alike.</param>
internal sealed class PictureCache(string folder, PictureOptions options)
{
    private const int HashBytes = 16;

    /// <summary>The row of the picture; null where it was never made, or is damaged.</summary>
    public PreparedPicture? Find(UInt128 hash, FoundPicture source, string? split)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(PathOf(hash));
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        var body = bytes.AsSpan(0, Math.Max(0, bytes.Length - HashBytes));
        if (body.IsEmpty || !XxHash128.Hash(body).AsSpan().SequenceEqual(bytes.AsSpan(body.Length)))
        {
            return null;
        }
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
        bytes.Write(XxHash128.Hash(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        var path = PathOf(hash);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = TemporaryFile.NewIn(Path.GetDirectoryName(path)!);
        try
        {
            File.WriteAllBytes(temporary, bytes.ToArray());
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TemporaryFile.Discard(temporary);
            throw;
        }
    }

    private string PathOf(UInt128 hash)
    {
        var name = hash.ToString("x32", CultureInfo.InvariantCulture);
        return Path.Combine(folder, name[..2], name);
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
