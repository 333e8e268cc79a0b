using Parquet.Schema;

namespace ParquetPool.Columns;

/// <summary>Pictures as Hugging Face's data sets keep them: <c>struct&lt;bytes, path&gt;</c>.</summary>
internal sealed class ImageColumn : StructColumn
{
    private readonly BlobColumn bytes;
    private readonly TextColumn path;

    public ImageColumn(string name)
        : this(name, new(new DataField<byte[]>("bytes", nullable: true)), new(new DataField<string>("path", nullable: true)))
    {
    }

    private ImageColumn(string name, BlobColumn bytes, TextColumn path)
        : base(name, [bytes, path]) => (this.bytes, this.path) = (bytes, path);

    public void Add(ImageCell image)
    {
        bytes.Add(image.Bytes, definition: 1);
        path.Add(image.Path, definition: 1);
    }
}

/// <summary>A picture of a row.</summary>
/// <param name="Bytes">A file that browsers show.</param>
/// <param name="Path">Where the picture comes from.</param>
public readonly record struct ImageCell(byte[] Bytes, string Path);
