using System.Formats.Tar;
using System.IO.Compression;
using ParquetPool.Decoding;
using ParquetPool.Errors;

namespace ParquetPool.Collections;

/// <summary>Pictures in a tar, gzipped or not, as WebDataset keeps them, or in a zip.</summary>
/// <remarks>Of a tar the label of a picture is what stands beside it under the same name as <c>.cls</c>, or as <c>label</c>, <c>cls</c> or <c>class</c> in its <c>.json</c>; members of one sample follow one another.</remarks>
/// <param name="prefix">What stands before a member's name in its id.</param>
internal sealed class ArchiveSource(string path, string prefix) : IPictureSource
{
    private static readonly string[] Tars = [".tar", ".tar.gz", ".tgz"];

    public static bool IsNamedSo(string path) => IsTar(path) || path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    public IEnumerable<string> Names() => Members(read: false).Where(member => PictureFileKind.IsNamedSo(member.Name)).Select(member => prefix + member.Name);

    public IEnumerable<FoundPicture> Read()
    {
        var (sample, key, label) = (new List<(string Name, Func<byte[]> Read, long Bytes)>(), "", (string?)null);
        foreach (var (name, bytes) in Members(read: true))
        {
            if (KeyOf(name) != key)
            {
                foreach (var picture in sample)
                {
                    yield return new(prefix + picture.Name, $"{path}/{picture.Name}", label, picture.Bytes, picture.Read);
                }
                sample.Clear();
                (key, label) = (KeyOf(name), null);
            }
            if (PictureFileKind.IsNamedSo(name))
            {
                sample.Add((name, Bytes, bytes?.Length ?? 0));
            }
            else if (bytes is not null)
            {
                label = SampleLabel.Of(name, bytes) ?? label;
            }

            byte[] Bytes() => bytes ?? throw new UnusablePictureException(PictureFault.TooLarge, "more bytes than are read");
        }
        foreach (var picture in sample)
        {
            yield return new(prefix + picture.Name, $"{path}/{picture.Name}", label, picture.Bytes, picture.Read);
        }
    }

    private static bool IsTar(string path) => Tars.Any(end => path.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    /// <summary>The name up to the first dot behind its folders, as WebDataset cuts it.</summary>
    private static string KeyOf(string name) => name.IndexOf('.', name.LastIndexOf('/') + 1) is var dot and >= 0 ? name[..dot] : name;

    private IEnumerable<(string Name, byte[]? Bytes)> Members(bool read) => (IsTar(path) ? Tar(read) : Zip(read)).Where(member => member.Name.Split('/').All(PictureWalk.IsShown));

    private IEnumerable<(string Name, byte[]? Bytes)> Tar(bool read)
    {
        using var file = File.OpenRead(path);
        using var plain = path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) ? (Stream)file : new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(plain);
        while (Guard(() => tar.GetNextEntry()) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)
            {
                yield return (Clean(entry.Name), read ? Guard(() => Taken(entry.DataStream, entry.Length)) : null);
            }
        }
    }

    private IEnumerable<(string Name, byte[]? Bytes)> Zip(bool read)
    {
        using var zip = Guard(() => ZipFile.OpenRead(path))!;
        foreach (var entry in zip.Entries.Where(entry => entry.Name.Length > 0).OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            yield return (Clean(entry.FullName), read ? Guard(() =>
            {
                using var stream = entry.Open();
                return Taken(stream, entry.Length);
            }) : null);
        }
    }

    private static string Clean(string name) => name.Replace('\\', '/').TrimStart('/') is var clean && clean.StartsWith("./", StringComparison.Ordinal) ? clean[2..] : name.Replace('\\', '/').TrimStart('/');

    /// <summary>The member's bytes; null where they are too many.</summary>
    private static byte[]? Taken(Stream? stream, long length)
    {
        if (stream is null)
        {
            return [];
        }
        try
        {
            PictureFile.RequireSize(length);
        }
        catch (UnusablePictureException)
        {
            return null;
        }
        var bytes = new byte[length];
        return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private T? Guard<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException or FormatException)
        {
            throw new DataException($"{path}: not a whole {(IsTar(path) ? "tar" : "zip")} ({damaged.Message.TrimEnd('.')}): fetch it again", damaged);
        }
    }
}
