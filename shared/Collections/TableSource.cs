using System.Globalization;
using ParquetPool.Decoding;
using ParquetPool.ShardRows;

namespace ParquetPool.Collections;

/// <summary>Pictures of a Parquet file: a struct of bytes and a path as Hugging Face has it, a column of bytes, or one of paths.</summary>
internal sealed class TableSource(string path, string id, string? image, string? label) : IPictureSource
{
    public string Path => path;

    public IEnumerable<string> Names() => [id];

    public IEnumerable<FoundPicture> Read()
    {
        foreach (var (place, row) in PictureTable.Read(path, image, label).Index())
        {
            var rowId = row.Id ?? string.Create(CultureInfo.InvariantCulture, $"{id}/{place}");
            var where = string.Create(CultureInfo.InvariantCulture, $"{row.Path ?? path + ":" + place}");
            yield return row.Bytes is { Length: > 0 } bytes ? FoundPicture.Held(rowId, where, row.Label, bytes) : new(rowId, where, row.Label, 0, () => Elsewhere(row.Path));
        }
    }

    /// <summary>The file that a row names, beside the table.</summary>
    private byte[] Elsewhere(string? named) => string.IsNullOrEmpty(named)
        ? throw new UnusablePictureException(PictureFault.Empty, "the row has neither bytes nor a path")
        : PictureFile.Bytes(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, named));
}
