using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Reports;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Audits;

/// <summary>The folder an audit writes.</summary>
internal static class AuditOutputs
{
    /// <summary>All that an audit writes into its folder.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["pairs.parquet", "pairs.csv", .. ConflictFile.Names, "rejects.parquet", ReportPage.FileName, AuditReport.FileName, "progress"];

    /// <summary>Makes the folder, takes back the word of an earlier audit in it and removes what a killed one left half-written.</summary>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public static void Open(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.Delete(Path.Combine(folder, AuditReport.FileName));
            TemporaryFile.RemoveFrom(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{folder} cannot be written: {e.Message.TrimEnd('.')}; choose a folder with --out that may be written and has room", e);
        }
    }
}
