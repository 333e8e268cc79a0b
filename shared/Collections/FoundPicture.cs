namespace ParquetPool.Collections;

/// <summary>A picture that was found, or what stands in its place.</summary>
/// <param name="Id">Its path below what was given, with <c>/</c>; of a row of a table the row's id.</param>
/// <param name="Path">What people find it by.</param>
/// <param name="Label">What its source says of it; null where it says nothing.</param>
/// <param name="Bytes">That are held already; 0 where <paramref name="Read"/> reads them.</param>
/// <param name="Read">Gives the file's bytes.</param>
public sealed record FoundPicture(string Id, string Path, string? Label, long Bytes, Func<byte[]> Read)
{
    public static FoundPicture Held(string id, string path, string? label, byte[] bytes) => new(id, path, label, bytes.Length, () => bytes);
}
