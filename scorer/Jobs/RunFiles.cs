namespace ParquetPool.Scorer.Jobs;

/// <summary>The files of a run's output that may be seen from outside.</summary>
/// <remarks>A name is looked up among the files that are there and never made part of a path, so none leads out of the folder; links are not followed.</remarks>
internal static class RunFiles
{
    /// <summary>What people look for first.</summary>
    private static readonly string[] First = ["report.html", "show.html", "ranked.csv", "selected.csv", "tasks.json", "pairs.csv", "conflicts.csv"];

    /// <summary>The files in the folder itself, those that people look for first.</summary>
    public static IReadOnlyList<FileInfo> Of(JobRun run) => !Directory.Exists(run.Out) ? [] :
    [
        .. new DirectoryInfo(run.Out).EnumerateFiles()
            .Where(file => file.LinkTarget is null && file.Extension is ".html" or ".csv" or ".json" or ".xml" or ".parquet")
            .OrderBy(file => (uint)Array.IndexOf(First, file.Name)).ThenBy(file => file.Name, StringComparer.Ordinal),
    ];

    /// <summary>The file of this name; null where there is none.</summary>
    public static FileInfo? Find(JobRun run, string name) => Of(run).FirstOrDefault(file => file.Name == name);

    public static string TypeOf(FileInfo file) => file.Extension switch
    {
        ".html" => "text/html; charset=utf-8",
        ".csv" => "text/csv; charset=utf-8",
        ".json" => "application/json",
        ".xml" => "application/xml",
        _ => "application/vnd.apache.parquet",
    };
}
