namespace ParquetPool.Collections;

/// <summary>Pictures of one place: a file, an archive or a table.</summary>
internal interface IPictureSource
{
    /// <summary>The file that it is.</summary>
    string Path { get; }

    /// <summary>The ids of its pictures, without reading any; of a table its own alone, whose name tells the split of all rows.</summary>
    /// <exception cref="ParquetPool.Errors.DataException">The place itself cannot be read.</exception>
    IEnumerable<string> Names();

    /// <summary>The pictures, in an order that is always the same.</summary>
    /// <exception cref="ParquetPool.Errors.DataException">The place itself cannot be read.</exception>
    IEnumerable<FoundPicture> Read();
}

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
