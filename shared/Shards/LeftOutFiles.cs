namespace ParquetPool.Shards;

/// <summary>Outputs of the programs that lie in the folders of pools and are no shards of them: whoever runs a command is told.</summary>
internal static class LeftOutFiles
{
    private static readonly AsyncLocal<Action<IReadOnlyList<string>>?> OfRun = new();

    /// <summary>Says who is told during the run that goes on from here: of each file once.</summary>
    public static void TellTo(Action<IReadOnlyList<string>> listener)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        OfRun.Value = files =>
        {
            lock (told)
            {
                List<string> news = [.. files.Where(told.Add)];
                if (news.Count > 0)
                {
                    listener(news);
                }
            }
        };
    }

    public static void Tell(IReadOnlyList<string> files) => OfRun.Value?.Invoke(files);
}
