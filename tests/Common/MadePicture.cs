using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using ParquetPool.Decoding;
using SkiaSharp;

namespace ParquetPool.Tests;

/// <summary>Small pictures, and files of them, whole and broken.</summary>
public static class MadePicture
{
    /// <summary>A progressive JPEG of 24 x 16 pixels, written by Pillow 9.4.</summary>
    public static byte[] Progressive => Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wgARCAAQABgDASIAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAAAAIBA//EABQBAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhADEAAAAedtJUP/xAAZEAEAAgMAAAAAAAAAAAAAAAACAAEQITH/2gAIAQEAAQUCJoidWL1f/8QAFhEBAQEAAAAAAAAAAAAAAAAAACFB/9oACAEDAQE/AV1//8QAFREBAQAAAAAAAAAAAAAAAAAAABH/2gAIAQIBAT8BV//EABkQAAIDAQAAAAAAAAAAAAAAAAEREBIgIf/aAAgBAQAGPwIBRZdx/8QAGRABAAMBAQAAAAAAAAAAAAAAAQARITFh/9oACAEBAAE/ISxydmGnZkgNlzbFgw8n/9oADAMBAAIAAwAAABAfH//EABgRAQADAQAAAAAAAAAAAAAAAAEAESFB/9oACAEDAQE/EGnByJ02f//EABkRAAIDAQAAAAAAAAAAAAAAAAAhETHBcf/aAAgBAgEBPxCXwSs0/8QAHRABAQACAwADAAAAAAAAAAAAAREAITFBUYHw8f/aAAgBAQABPxAxVBUd5aF7Oo/TN5mtBCfPvLiz98XlmsWMNscEJVFS+/mf/9k=");

    /// <summary>A JPEG of four inks, 16 x 16 pixels, written by Pillow 9.4.</summary>
    public static byte[] Inks => Convert.FromBase64String(
        "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUGBKUVJP/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwBkUQtIo4gh+VFTd2Xjr/Oq9tBbw28UaRKoCDJ29ajECJp66dEXityQZGZf3kuOQFXrjPc16dQl08r/AGIQjEALq2eG3YIH4fNUrJHJ5bOinYcoSM44Pr25/SpZCs0sJeM+Vag+VAhBbJ6l26L0op4uPtBM8GMSksA3ZSeP0xToy21AQDxg9OfrTccEYxnqP88H8RRUjxKtuk2AzSNt+u3I/wAKQg4TIPXHB9jQcbOcED24H4dPyor/2Q==");

    public static Picture Of(int width, int height, int seed = 0)
    {
        var picture = new Picture(width, height, new byte[width * height * Picture.Stride]);
        for (var (y, i) = (0, 0); y < height; y++)
        {
            for (var x = 0; x < width; x++, i += Picture.Stride)
            {
                (picture.Pixels[i], picture.Pixels[i + 1], picture.Pixels[i + 2], picture.Pixels[i + 3]) = ((byte)((x * x * 3) + (y * 7) + seed), (byte)((x * y * 5) + x), (byte)((y * y) + (x * 11)), 255);
            }
        }
        return picture;
    }

    public static unsafe byte[] File(Picture picture, SKEncodedImageFormat format, SKAlphaType alpha = SKAlphaType.Opaque)
    {
        fixed (byte* start = picture.Pixels)
        {
            using var pixels = new SKPixmap(new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, alpha), (nint)start);
            return pixels.Encode(format, 90)!.ToArray();
        }
    }

    public static byte[] Png(int width = 40, int height = 30, int seed = 0) => File(Of(width, height, seed), SKEncodedImageFormat.Png);

    public static byte[] Jpeg(int width = 40, int height = 30, int seed = 0) => File(Of(width, height, seed), SKEncodedImageFormat.Jpeg);

    /// <summary>EXIF that tells an orientation and nothing else.</summary>
    public static byte[] Exif(int orientation) => [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    /// <summary>The JPEG with EXIF behind its first marker.</summary>
    public static byte[] TurnedJpeg(byte[] jpeg, int orientation)
    {
        byte[] body = [.. "Exif\0\0"u8, .. Exif(orientation)];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(body.Length + 2), .. body, .. jpeg[2..]];
    }

    /// <summary>The PNG with a chunk behind its header.</summary>
    public static byte[] WithChunk(byte[] png, ReadOnlySpan<byte> name, byte[] body) => [.. png[..33], .. Chunk(name, body), .. png[33..]];

    /// <summary>A PNG whose header promises more than there is.</summary>
    public static byte[] Bomb(int width, int height)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(new byte[1000]);
        }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        return [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, data.ToArray()), .. Chunk("IEND"u8, [])];
    }

    /// <summary>The first 16 digits of SHA-256 over red, green and blue, as Pillow's <c>tobytes()</c> has them.</summary>
    public static string Hash(this Picture picture) =>
        Convert.ToHexStringLower(SHA256.HashData([.. picture.Pixels.Where((_, i) => i % Picture.Stride < 3)]))[..16];

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] body)
    {
        byte[] named = [.. name, .. body];
        var (length, crc) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32.HashToUInt32(named));
        return [.. length, .. named, .. crc];
    }
}
