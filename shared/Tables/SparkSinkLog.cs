using System.Globalization;
using ParquetPool.Errors;

namespace ParquetPool.Tables;

/// <summary>The log that a stream of Spark keeps of the files it wrote: one file for each batch, and compacted ones that stand for all batches up to theirs.</summary>
/// <remarks>Files of a batch that failed lie beside the others under names as good; only the log tells. The first line is a version, each further one a file.</remarks>
internal static class SparkSinkLog
{
    public const string Folder = "_spark_metadata";
    private const string Compact = ".compact";
    private const string Version = "v1";

    /// <summary>The table as it is now.</summary>
    /// <exception cref="DataException">The log is damaged, lacks a batch, or names files that lie elsewhere.</exception>
    public static Table Read(string root)
    {
        var batches = TableMarks.Files($"{root}/{Folder}").Select(file => (File: file, Batch: Batch(file), IsWhole: file.EndsWith(Compact, StringComparison.Ordinal))).Where(file => file.Batch >= 0).OrderBy(file => file.Batch).ThenBy(file => file.IsWhole).ToList();
        var from = Math.Max(0, batches.FindLastIndex(file => file.IsWhole));
        var live = new Dictionary<string, IReadOnlyDictionary<string, string?>>(StringComparer.Ordinal);
        var next = batches.Count > from && batches[from].IsWhole ? batches[from].Batch : 0;
        foreach (var (file, batch, _) in batches.Skip(from))
        {
            if (batch != next++)
            {
                throw new DataException($"{root}/{Folder} lacks batch {next - 1} of {batches[^1].Batch}: copy the folder whole, or write its rows as plain Parquet files elsewhere and give that folder");
            }
            using var opened = Storage.StoredFiles.Open(file);
            if (File.ReadLines(opened.Path).FirstOrDefault() != Version)
            {
                throw new DataException($"{file} does not begin with {Version}, expected a batch of a Spark stream's log: the log is damaged, copy the folder anew or write its rows as plain Parquet files elsewhere");
            }
            LogLines.Read(file, File.ReadLines(opened.Path).Select((line, at) => at == 0 ? "" : line), said =>
            {
                if (LogLines.Text(said, "path") is { } path && LogLines.Text(said, "action") is var action)
                {
                    var below = Below(root, path);
                    if (action == "delete")
                    {
                        live.Remove(below);
                    }
                    else
                    {
                        live[below] = new Dictionary<string, string?>();
                    }
                }
            });
        }
        return new Table(root, TableFormat.SparkSink, next == 0 ? "none" : (next - 1).ToString(CultureInfo.InvariantCulture), live);
    }

    private static long Batch(string file)
    {
        var name = file[(file.LastIndexOf('/') + 1)..];
        return long.TryParse(name.EndsWith(Compact, StringComparison.Ordinal) ? name[..^Compact.Length] : name, NumberStyles.None, CultureInfo.InvariantCulture, out var batch) ? batch : -1;
    }

    /// <summary>The log holds full addresses of the place it was written in; what counts is the part below a folder of the table's name.</summary>
    private static string Below(string root, string address)
    {
        var path = Uri.UnescapeDataString(address);
        var at = path.LastIndexOf($"/{root[(root.LastIndexOf('/') + 1)..]}/", StringComparison.Ordinal);
        return at >= 0 ? path[(path.IndexOf('/', at + 1) + 1)..]
            : throw new DataException($"{root}/{Folder} names {address}, which is in another folder: give the folder its name back, or copy the files that the log names into a folder without {Folder}");
    }
}
