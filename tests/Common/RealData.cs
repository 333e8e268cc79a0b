namespace ParquetPool.Tests;

/// <summary>The real data that stands beside the project on development machines: <c>PARQUETPOOL_DATA</c>, else <c>../shared/data</c>.</summary>
public static class RealData
{
    /// <summary>The path of a file of the data folder; the test is reported as skipped where there is none.</summary>
    public static string File(params string[] parts)
    {
        var path = Folder(parts);
        Assert.SkipUnless(System.IO.File.Exists(path), $"{path} is not here: set PARQUETPOOL_DATA to the data folder");
        return path;
    }

    /// <summary>A path in the data folder, whether it is there or not.</summary>
    public static string Folder(params string[] parts) =>
        Path.Combine([Environment.GetEnvironmentVariable("PARQUETPOOL_DATA") ?? Path.Combine(Root(), "..", "shared", "data"), .. parts]);

    /// <summary>The project's root folder.</summary>
    public static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(folder, "ParquetPool.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"no ParquetPool.sln above {AppContext.BaseDirectory}");
        }
        return folder;
    }
}
