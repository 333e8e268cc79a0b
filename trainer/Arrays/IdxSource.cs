using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Arrays;

/// <summary>Images, and labels where given, in the idx format of MNIST and its kin; bytes become 0 to 1.</summary>
internal sealed class IdxSource : IRowSource
{
    private readonly RowStream images;
    private readonly Stream? labels;
    private readonly string? labelsPath;
    private byte[] labelBytes = [];

    public IdxSource(string path, string? labelsPath)
    {
        Name = InputFile.Stem(path);
        this.labelsPath = labelsPath;
        var stream = InputFile.Open(path);
        try
        {
            var dimensions = IdxHeader.Read(stream, path, count => count >= 2, "an idx file of images, 0000 08 and 2 or more dimensions");
            (Rows, Width, Picture) = (dimensions[0], Shape.Width(path, dimensions[1..]), dimensions[1..]);
            images = new(stream, path, dimensions[0], Width, NumberType.Byte);
            labels = labelsPath is null ? null : OpenLabels(labelsPath, path, dimensions[0]);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public string Name { get; }

    public int Width { get; }

    public IReadOnlyList<int>? Picture { get; }

    public long? Rows { get; }

    public bool HasIds => false;

    public bool HasLabels => labels is not null;

    public int Read(SourceRows rows)
    {
        var count = images.Read(rows.Features, rows.Capacity);
        if (labels is null)
        {
            return count;
        }

        // One byte more than there are rows at the end: it must not be there.
        Array.Resize(ref labelBytes, Math.Max(count, 1));
        var found = InputFile.Read(labels, labelBytes, labelsPath!);
        if (found != count)
        {
            throw new DataException($"{labelsPath}: has not as many labels as its header says: fetch it again");
        }

        for (var row = 0; row < count; row++)
        {
            rows.Labels[row] = labelBytes[row].ToString(CultureInfo.InvariantCulture);
        }

        return count;
    }

    public void Dispose()
    {
        images.Dispose();
        labels?.Dispose();
    }

    private static Stream OpenLabels(string path, string imagesPath, int rows)
    {
        var stream = InputFile.Open(path);
        try
        {
            var count = IdxHeader.Read(stream, path, dimensions => dimensions == 1, "an idx file of labels, 00000801")[0];
            return count == rows
                ? stream
                : throw new DataException($"{path}: {count} labels, but {imagesPath} has {rows} images: give two files that belong together");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }
}
