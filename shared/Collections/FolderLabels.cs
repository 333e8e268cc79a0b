namespace ParquetPool.Collections;

/// <summary>Labels that are the names of folders, as ImageFolder has them: where all pictures lie equally deep and not all in one folder.</summary>
internal sealed class FolderLabels
{
    private readonly SplitRule splits;

    public FolderLabels(IEnumerable<string> ids, SplitRule splits)
    {
        this.splits = splits;
        var (names, depths) = (new SortedSet<string>(StringComparer.Ordinal), new HashSet<int>());
        foreach (var id in ids)
        {
            var folders = Folders(id);
            depths.Add(folders.Length);
            names.UnionWith(folders.TakeLast(1));
        }
        Depths = [.. depths.Order()];
        Classes = Depths is [> 0] && names.Count > 1 ? [.. names] : [];
    }

    /// <summary>The names of all classes; none where folders are no labels.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How many folders lie between pictures and their split.</summary>
    public IReadOnlyList<int> Depths { get; }

    public string? Of(string id) => Classes.Count == 0 ? null : Folders(id)[^1];

    private string[] Folders(string id)
    {
        var names = id.Split('/');
        return names[(splits.Of(id)?.Folders ?? 0)..^1];
    }
}
