using System.Globalization;
using System.Text;
using ParquetPool.Collections;
using ParquetPool.Decoding;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Trainer.Import;

/// <summary>Two lists beside the shards: <c>rejects.csv</c>, what is no row and why, and <c>issues.csv</c>, what is wrong with those that are.</summary>
internal sealed class PictureReport(IReadOnlyList<UnusedFile> rejects, IReadOnlyList<PictureIssue> issues)
{
    private const string Rejects = "rejects.csv";
    private const string Issues = "issues.csv";

    /// <summary>[issue]: pictures that have it.</summary>
    public IReadOnlyDictionary<string, int> Counts { get; } = new SortedDictionary<string, int>(issues.CountBy(issue => issue.Issue).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <exception cref="ParquetPool.Errors.UsageException">One is there and somebody else's.</exception>
    public static void RequireOurs(string folder) => WrittenFiles.RequireOurs(Path.GetFullPath(folder), [Rejects, Issues]);

    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Write(string folder)
    {
        var written = WrittenFiles.Claim(Path.GetFullPath(folder), [Rejects, Issues]);
        Write(Path.Combine(folder, Rejects), "path,cause,reason", rejects.OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => new[] { file.Path, UnusablePictureException.NameOf(file.Fault), file.Reason }));
        Write(Path.Combine(folder, Issues), "id,issue,value,threshold,of", issues.Select(issue => new[] { issue.Id, issue.Issue, Number(issue.Value), Number(issue.Threshold), issue.Of }));
        written.Complete();
    }

    private static string? Number(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture);

    private static void Write(string path, string header, IEnumerable<string?[]> rows) => WholeFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(header);
        foreach (var row in rows)
        {
            writer.WriteLine(string.Join(',', row.Select(CellText.Field)));
        }
    });
}
