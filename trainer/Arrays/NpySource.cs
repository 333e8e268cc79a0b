using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Arrays;

/// <summary>An array of NumPy, [rows, ...]; bytes become 0 to 1, other numbers stay as they are.</summary>
internal sealed class NpySource : IRowSource
{
    private readonly RowStream numbers;

    public NpySource(string path)
    {
        Name = InputFile.Stem(path);
        var stream = InputFile.Open(path);
        try
        {
            var header = NpyHeader.Read(stream, path);
            (Rows, Width, Picture) = (header.Rows, header.Width, header.Picture);
            numbers = header.Numbers(stream, path);
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

    public bool HasLabels => false;

    public int Read(SourceRows rows) => numbers.Read(rows.Features, rows.Capacity);

    public void Dispose() => numbers.Dispose();
}
