using System.Globalization;
using System.Text;
using ParquetPool.Contract;
using ParquetPool.Scorer.Pipeline;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Selection;

/// <summary>The folder a selection writes. Each file appears whole, by one rename; <c>select.json</c> comes last.</summary>
internal sealed class SelectFiles(string root)
{
    private const int RowsAtOnce = 4096;

    private static readonly ShardColumn[] SelectedColumns =
    [
        new("order", ShardType.Int32), new("id", ShardType.Text), new("shard", ShardType.Text), new("row", ShardType.Int64),
        new("score", ShardType.Double), new("predicted", ShardType.Text), new("value", ShardType.Double), new("reason", ShardType.Text),
    ];

    private static readonly ShardColumn[] HeldBackColumns =
        [new("id", ShardType.Text), new("reason", ShardType.Text), new("doubles", ShardType.Text), new("similarity", ShardType.Double)];

    public string Selected => Path.Combine(root, "selected.parquet");

    public string SelectedCsv => Path.Combine(root, "selected.csv");

    public string HeldBack => Path.Combine(root, "held-back.parquet");

    public string HeldBackCsv => Path.Combine(root, "held-back.csv");

    private string Record => Path.Combine(root, "select.json");

    /// <summary>Makes the folder and takes back the word of an earlier selection in it.</summary>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public void Open()
    {
        try
        {
            Directory.CreateDirectory(root);
            File.Delete(Record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{root} cannot be written: {e.Message.TrimEnd('.')}; choose a folder with --out that may be written and has room", e);
        }
    }

    /// <summary>Writes the query: order (from 1), id, shard, row, score, predicted, value, reason (<c>strategy</c> or <c>explore</c>).</summary>
    public void WriteSelected(IReadOnlyList<SelectedRow> rows) => Write(
        Selected,
        SelectedCsv,
        SelectedColumns,
        [.. rows.Index()],
        chunk =>
        [
            Array.ConvertAll(chunk, r => r.Index + 1),
            Array.ConvertAll(chunk, r => r.Item.Row.Id),
            Array.ConvertAll(chunk, r => r.Item.Row.Shard),
            Array.ConvertAll(chunk, r => r.Item.Row.Row),
            Array.ConvertAll(chunk, r => r.Item.Row.Score),
            Array.ConvertAll(chunk, r => r.Item.Row.Predicted),
            Array.ConvertAll(chunk, r => double.IsFinite(r.Item.Value) ? r.Item.Value : double.NaN),
            Array.ConvertAll(chunk, r => r.Item.Explored ? "explore" : "strategy"),
        ]);

    /// <summary>Writes what was held back: id, reason (<c>doubles a labelled row</c> or <c>doubles a selected row</c>), the id of that row, their cosine.</summary>
    public void WriteHeldBack(IReadOnlyList<HeldBackRow> rows) => Write(
        HeldBack,
        HeldBackCsv,
        HeldBackColumns,
        [.. rows],
        chunk =>
        [
            Array.ConvertAll(chunk, r => r.Row.Id),
            Array.ConvertAll(chunk, r => r.IsLabelled ? "doubles a labelled row" : "doubles a selected row"),
            Array.ConvertAll(chunk, r => r.Doubled.Id),
            Array.ConvertAll(chunk, r => r.Similarity),
        ]);

    /// <summary>Writes the record, after everything else.</summary>
    public void WriteRecord(SelectRecord record) => JsonFile.Write(Record, record);

    private static void Write<T>(string parquetPath, string csvPath, ShardColumn[] columns, T[] rows, Func<T[], Array[]> arrays)
    {
        using var parquet = new ShardWriter(parquetPath, columns);
        WholeFile.Write(csvPath, stream =>
        {
            using var csv = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            csv.WriteLine(string.Join(',', columns.Select(c => c.Name)));
            foreach (var chunk in rows.Chunk(RowsAtOnce))
            {
                var values = arrays(chunk);
                parquet.Write(chunk.Length, values);
                for (var row = 0; row < chunk.Length; row++)
                {
                    csv.WriteLine(string.Join(',', values.Select(c => Field(c.GetValue(row)))));
                }
            }
        });
        parquet.Complete();
    }

    private static string Field(object? value) => value switch
    {
        null or double.NaN => "",
        string text => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
