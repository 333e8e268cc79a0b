using ParquetPool.Decoding;

namespace ParquetPool.Collections;

/// <summary>A picture in a file of its own.</summary>
internal sealed class FileSource(string path, string id) : IPictureSource
{
    public string Path => path;

    public IEnumerable<string> Names() => [id];

    public IEnumerable<FoundPicture> Read() => [new(id, path, null, 0, () => PictureFile.Bytes(path))];
}
