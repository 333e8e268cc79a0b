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
    private const long MostHeld = 1 << 26; // Of one sample, whose members share a name: then its label is what stood before.
    private const int BufferBytes = 1 << 16;
    private static readonly string[] Tars = [".tar", ".tar.gz", ".tgz"];

    public string Path => path;

    public static bool IsNamedSo(string path) => IsTar(path) || path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    public IEnumerable<string> Names() => Members(read: false).Where(member => PictureFileKind.IsNamedSo(member.Name)).Select(member => prefix + member.Name);

    public IEnumerable<FoundPicture> Read()
    {
        var (sample, key, label, held) = (new List<ArchiveMember>(), "", (string?)null, 0L);
        foreach (var member in Members(read: true))
        {
            var isOther = KeyOf(member.Name) != key;
            if (isOther || held > MostHeld)
            {
                foreach (var picture in sample)
                {
                    yield return Found(picture, label);
                }
                sample.Clear();
                (key, label, held) = (KeyOf(member.Name), isOther ? null : label, 0);
            }
            if (PictureFileKind.IsNamedSo(member.Name))
            {
                sample.Add(member);
                held += member.Bytes?.Length ?? 0;
            }
            else if (member.Bytes is not null)
            {
                label = SampleLabel.Of(member.Name, member.Bytes) ?? label;
            }
        }
        foreach (var picture in sample)
        {
            yield return Found(picture, label);
        }
    }

    private FoundPicture Found(ArchiveMember member, string? label) => new(prefix + member.Name, $"{path}/{member.Name}", label, member.Bytes?.Length ?? 0, member.Read);

    private static bool IsTar(string path) => Tars.Any(end => path.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    /// <summary>The name up to the first dot behind its folders, as WebDataset cuts it.</summary>
    private static string KeyOf(string name) => name.IndexOf('.', name.LastIndexOf('/') + 1) is var dot and >= 0 ? name[..dot] : name;

    private IEnumerable<ArchiveMember> Members(bool read) => (IsTar(path) ? Tar(read) : Zip(read)).Where(member => member.Name.Split('/').All(PictureWalk.IsShown));

    private IEnumerable<ArchiveMember> Tar(bool read)
    {
        using var file = Guard(() => File.OpenRead(path))!;
        using var plain = path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) ? (Stream)file : new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(plain);
        while (Guard(() => tar.GetNextEntry()) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)
            {
                yield return Guard(() => ArchiveMember.Of(entry.Name, read ? () => Taken(entry.DataStream, entry.Length) : null))!;
            }
            else if (entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink && PictureFileKind.IsNamedSo(entry.Name))
            {
                yield return ArchiveMember.Of(entry.Name, () => throw new UnusablePictureException(PictureFault.Link, $"a link to {entry.LinkName}, expected its bytes: make the tar with --dereference and --hard-dereference"));
            }
        }
    }

    private IEnumerable<ArchiveMember> Zip(bool read)
    {
        using var zip = Guard(() => ZipFile.OpenRead(path))!;
        foreach (var entry in Guard(() => zip.Entries)!.Where(entry => entry.Name.Length > 0).OrderBy(entry => entry.FullName, StringComparer.Ordinal))
        {
            yield return ArchiveMember.Of(entry.FullName, read ? () => Unpacked(entry) : null);
        }
    }

    /// <exception cref="UnusablePictureException">The member is damaged, encrypted or too large; the others are not.</exception>
    private static byte[] Unpacked(ZipArchiveEntry entry)
    {
        try
        {
            using var stream = entry.Open();
            return Taken(stream, entry.Length);
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException or NotSupportedException && DeviceFault.Behind(damaged) is null)
        {
            throw new UnusablePictureException(PictureFault.Damaged, $"cannot be unpacked ({damaged.Message.TrimEnd('.')}): make the zip again, without a password");
        }
    }

    /// <exception cref="UnusablePictureException">They are too many.</exception>
    private static byte[] Taken(Stream? stream, long length)
    {
        PictureFile.RequireSize(length);
        using var bytes = new MemoryStream();
        var buffer = new byte[BufferBytes]; // What a header promises is not allocated before it is there.
        for (int count; stream is not null && bytes.Length < length && (count = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, length - bytes.Length))) > 0;)
        {
            bytes.Write(buffer, 0, count);
        }
        return bytes.ToArray();
    }

    private T? Guard<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException or FormatException or UnauthorizedAccessException or ArgumentException or NotSupportedException or OverflowException)
        {
            throw new DataException(damaged is UnauthorizedAccessException ? $"{path}: may not be read: give the right to" : $"{path}: not a whole {(IsTar(path) ? "tar" : "zip")} ({damaged.Message.TrimEnd('.')}): fetch it again", damaged);
        }
    }
}
