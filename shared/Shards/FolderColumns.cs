namespace ParquetPool.Shards;

/// <summary>Columns that a shard has of the folders it lies in, such as <c>label=cat/</c>, as Hive and Spark write them.</summary>
internal static class FolderColumns
{
    private const string Missing = "__HIVE_DEFAULT_PARTITION__";

    /// <summary>Text, NULL where the folder says that the value is missing. Of two folders of one name the inner counts.</summary>
    public static IEnumerable<ColumnType> Of(string path)
    {
        var folders = path.Split('/')[..^1].Select(folder => (Folder: folder, At: folder.IndexOf('=', StringComparison.Ordinal))).Where(part => part.At > 0);
        return folders.GroupBy(part => Uri.UnescapeDataString(part.Folder[..part.At]), StringComparer.Ordinal).Select(group =>
            new ColumnType(group.Key, "VARCHAR") { Expression = Value(group.Last().Folder[(group.Last().At + 1)..]) });
    }

    private static string Value(string written) => written is Missing or "" ? "CAST(NULL AS VARCHAR)" : Sql.Text(Uri.UnescapeDataString(written));
}
