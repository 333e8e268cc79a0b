using System.Globalization;
using System.IO.Hashing;
using ParquetPool.Storage;

namespace ParquetPool.Collections;

/// <summary>Small files of the cache, each by the hash of what it was made of.</summary>
/// <remarks>A file is written beside its place and renamed, and ends with a hash of its bytes: one that is not whole is not there. Several runs may share the folder.</remarks>
public sealed class ContentFiles(string folder)
{
    private const int HashBytes = 16;

    /// <summary>What was kept; null where nothing was, or it is damaged.</summary>
    public byte[]? Find(UInt128 of)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(PathOf(of));
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        var body = bytes.AsSpan(0, Math.Max(0, bytes.Length - HashBytes));
        return !body.IsEmpty && XxHash128.Hash(body).AsSpan().SequenceEqual(bytes.AsSpan(body.Length)) ? body.ToArray() : null;
    }

    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public void Keep(UInt128 of, ReadOnlySpan<byte> body)
    {
        var path = PathOf(of);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = TemporaryFile.NewIn(Path.GetDirectoryName(path)!);
        try
        {
            File.WriteAllBytes(temporary, [.. body, .. XxHash128.Hash(body)]);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            TemporaryFile.Discard(temporary);
            throw;
        }
    }

    private string PathOf(UInt128 of)
    {
        var name = of.ToString("x32", CultureInfo.InvariantCulture);
        return Path.Combine(folder, name[..2], name);
    }
}
