using ParquetPool.Errors;
using ParquetPool.Pictures;

namespace ParquetPool.Scorer.Showing;

/// <summary>What <c>scorer show</c> is asked to do.</summary>
/// <param name="Rows">A ranked or selected file, or any list of ids.</param>
/// <param name="Pool">The shards that hold its rows: files, folders or globs.</param>
internal sealed record ShowOptions(string Rows, IReadOnlyList<string> Pool)
{
    public const int DefaultFirst = 500;

    /// <summary>The page holds the cosine of every two rows.</summary>
    public const int MostRows = 2000;

    /// <summary>Folders of the scoring run, which tell the scores that the file of rows does not; may be empty.</summary>
    public IReadOnlyList<string> Scores { get; init; } = [];

    /// <summary>The page, which ends in <c>.html</c>, or a folder for it; null for the folder of the rows.</summary>
    public string? Out { get; init; }

    /// <summary>The most rows on the page, the first of the file.</summary>
    public int First { get; init; } = DefaultFirst;

    /// <summary>How a vector is a picture, such as <c>28x28</c>; null for what the model's manifest says, if anything.</summary>
    public string? Image { get; init; }

    /// <summary>The vector column by which rows are alike; null for the model's embedding, or else the column that is shown.</summary>
    public string? Column { get; init; }

    /// <summary>The page.</summary>
    public string File => Out is null ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(Rows))!, ShowPage.FileName)
        : Out.EndsWith(".html", StringComparison.Ordinal) ? Path.GetFullPath(Out)
        : Path.GetFullPath(Path.Combine(Out, ShowPage.FileName));

    /// <summary>Checks the options as far as no file is needed.</summary>
    /// <exception cref="UsageException">One is out of range.</exception>
    internal void Check()
    {
        if (First is < 1 or > MostRows)
        {
            throw new UsageException($"--first is {First}, expected 1 to {MostRows}: a page of more rows is too large to look at");
        }
        if (Image is { } image)
        {
            PictureFormat.Parse(image);
        }
        if (Out is null && Storage.StorageAddress.IsRemote(Rows))
        {
            throw new UsageException($"--rows {Rows} is no file of this machine, expected --out too: say where the page goes");
        }
    }
}
