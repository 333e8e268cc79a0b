using ParquetPool.Decoding;

namespace ParquetPool.Collections;

/// <summary>A member of an archive.</summary>
/// <param name="Name">With <c>/</c>, below the archive.</param>
/// <param name="Bytes">Null where they were not read.</param>
/// <param name="Fault">Why they can not be used; null where they can.</param>
internal sealed record ArchiveMember(string Name, byte[]? Bytes, UnusablePictureException? Fault = null)
{
    /// <exception cref="UnusablePictureException">There is a fault.</exception>
    public byte[] Read() => Fault is null ? Bytes! : throw Fault;

    /// <summary>A member by its name as it stands in the archive; one whose name leads out of it has that fault.</summary>
    public static ArchiveMember Of(string name, Func<byte[]>? read)
    {
        List<string> names = [.. name.Replace('\\', '/').Split('/').Where(part => part is not ("" or "."))];
        var fault = names.Contains("..") ? new UnusablePictureException(PictureFault.Link, "its name leads out of the archive: make the archive again without '..'") : null;
        var clean = string.Join('/', names.Where(part => part != ".."));
        try
        {
            return new(clean, fault is null ? read?.Invoke() : null, fault);
        }
        catch (UnusablePictureException unusable)
        {
            return new(clean, null, unusable);
        }
    }
}
