namespace ParquetPool.Collections;

/// <summary>Labels that are the names of folders, as ImageFolder has them: where all pictures lie equally deep and not all in one folder.</summary>
/// <remarks>Of folders such as <c>class=cat</c> the value is the label: that of <c>label</c>, <c>class</c> or <c>category</c> where there is one, else the innermost.</remarks>
internal sealed class FolderLabels
{
    private const int MostNamed = 4;
    private static readonly string[] Keys = ["label", "class", "category"];
    private readonly SplitRule splits;

    public FolderLabels(IEnumerable<string> ids, SplitRule splits)
    {
        this.splits = splits;
        var (names, depths, above) = (new SortedSet<string>(StringComparer.Ordinal), new HashSet<int>(), new SortedSet<string>(StringComparer.Ordinal));
        foreach (var id in ids)
        {
            var folders = Folders(id);
            depths.Add(folders.Length);
            if (folders.Length > 0)
            {
                names.Add(LabelOf(folders, out var isInnermost));
                above.UnionWith(isInnermost && folders.Length > 1 ? [folders[^2]] : Array.Empty<string>());
            }
        }
        Depths = [.. depths.Order()];
        Classes = Depths is [> 0] && names.Count > 1 ? [.. names] : [];
        Note = Classes.Count > 0 && above.Count > 1 ? $"labels are the innermost folders ({List(names)}), not those above them ({List(above)}): where these are the classes, bring all pictures of one into one folder, or name labels in a metadata.csv" : null;
    }

    /// <summary>The names of all classes; none where folders are no labels.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How many folders lie between pictures and their split.</summary>
    public IReadOnlyList<int> Depths { get; }

    /// <summary>Which folders are the labels, where others might be; null where it is plain.</summary>
    public string? Note { get; }

    public string? Of(string id) => Classes.Count == 0 ? null : LabelOf(Folders(id), out _);

    private static string LabelOf(string[] folders, out bool isInnermost)
    {
        var keyed = Array.FindLastIndex(folders, folder => folder.IndexOf('=') is > 0 and var at && Keys.Contains(folder[..at], StringComparer.OrdinalIgnoreCase));
        isInnermost = keyed < 0;
        var name = folders[keyed < 0 ? folders.Length - 1 : keyed];
        return name.IndexOf('=') is > 0 and var key && key < name.Length - 1 ? name[(key + 1)..] : name;
    }

    private static string List(SortedSet<string> names) => string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? ", …" : "");

    private string[] Folders(string id)
    {
        var names = id.Split('/');
        return names[(splits.Of(id)?.Folders ?? 0)..^1];
    }
}
