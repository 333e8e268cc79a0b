using System.Text;
using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Trainer.Import;

/// <summary>The labels that an import hands out as a label file: of the first rows, or of rows drawn evenly without replacement (Vitter 1985, algorithm R), in their order. Rows without a label are passed over.</summary>
/// <remarks>Memory: that many ids and labels.</remarks>
internal sealed class LabelSample
{
    private readonly List<(long At, string Id, string Label)> kept = [];
    private readonly string path;
    private readonly int rows;
    private readonly bool isDrawn;
    private readonly PhiloxStream draws;
    private long seen;

    /// <param name="path">Where the file goes.</param>
    /// <param name="rows">In the file, at most.</param>
    /// <param name="isDrawn">Whether they are drawn, by <paramref name="seed"/>.</param>
    /// <exception cref="UsageException">There is a file of somebody else's; told before the import.</exception>
    public LabelSample(string path, int rows, bool isDrawn, ulong seed)
    {
        (this.path, this.rows, this.isDrawn, draws) = (Path.GetFullPath(path), rows, isDrawn, new PhiloxStream(seed, Purpose.ImportedLabels));
        WrittenFiles.RequireOurs(Path.GetDirectoryName(this.path)!, [Path.GetFileName(path)]);
    }

    public int Count => kept.Count;

    public void Add(string id, string? label)
    {
        if (label is null)
        {
            return;
        }
        if (kept.Count < rows)
        {
            kept.Add((seen, id, label));
        }
        else if (isDrawn && draws.Below((int)Math.Min(seen + 1, int.MaxValue)) is var place && place < rows)
        {
            kept[place] = (seen, id, label);
        }
        seen++;
    }

    /// <summary>Writes <c>id,label</c>.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write()
    {
        var written = WrittenFiles.Claim(Path.GetDirectoryName(path)!, [Path.GetFileName(path)]);
        WholeFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine("id,label");
            foreach (var (_, id, label) in kept.OrderBy(row => row.At))
            {
                writer.WriteLine($"{CellText.Field(id)},{CellText.Field(label)}");
            }
        });
        written.Complete();
    }
}
