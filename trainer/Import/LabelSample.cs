using System.Text;
using ParquetPool.Contract;
using ParquetPool.Randomness;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Trainer.Import;

/// <summary>The labels that an import hands out as a label file: of all rows, of the first, or of rows drawn evenly. Rows without a label are passed over.</summary>
/// <param name="path">Where the file goes; claimed at once, so that an import does not end in a refusal.</param>
/// <param name="first">Of so many; null for no such bound.</param>
/// <param name="sample">Of so many, drawn without replacement (Vitter 1985, algorithm R); null for no draw. In the order of the rows.</param>
internal sealed class LabelSample(string path, int? first, int? sample, ulong seed)
{
    private readonly List<(long At, string Id, string Label)> kept = [];
    private readonly string full = Path.GetFullPath(path);
    private readonly WrittenFiles written = WrittenFiles.Claim(Path.GetDirectoryName(Path.GetFullPath(path))!, [Path.GetFileName(path)]);
    private readonly PhiloxStream draws = new(seed, 200);
    private int seen;

    public int Count => kept.Count;

    public void Add(string id, string? label)
    {
        if (label is null || (first is { } most && kept.Count == most))
        {
            return;
        }
        if (sample is not { } size || kept.Count < size)
        {
            kept.Add((seen, id, label));
        }
        else if (draws.Below(seen + 1) is var place && place < size)
        {
            kept[place] = (seen, id, label);
        }
        seen++;
    }

    /// <summary>Writes <c>id,label</c>.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write()
    {
        WholeFile.Write(full, stream =>
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
