using ParquetPool.Scorer.Reports;

namespace ParquetPool.Scorer.Audits;

/// <summary>The folder an audit writes.</summary>
internal static class AuditOutputs
{
    /// <summary>Makes the folder, takes back the word of an earlier audit in it and removes what a killed one left half-written.</summary>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public static void Open(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.Delete(Path.Combine(folder, AuditReport.FileName));
            foreach (var output in new[] { "pairs.parquet", "pairs.csv", "conflicts.parquet", "conflicts.csv", "rejects.parquet", ReportPage.FileName, AuditReport.FileName })
            {
                File.Delete(Path.Combine(folder, output + ".tmp"));
            }
            foreach (var cells in Directory.EnumerateFiles(folder, "cells-*.tmp"))
            {
                File.Delete(cells);
            }
            File.Delete(Path.Combine(folder, SortedPairs.SpillName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{folder} cannot be written: {e.Message.TrimEnd('.')}; choose a folder with --out that may be written and has room", e);
        }
    }
}
