namespace ParquetPool.Shards;

/// <summary>The shards that were derived from what a command was given as its pool, such as a folder of pictures.</summary>
public static class DerivedShards
{
    private static readonly AsyncLocal<IReadOnlyDictionary<string, IReadOnlyList<string>>?> OfRun = new();

    /// <summary>[pattern as it was given]: the files that hold its rows, for the run that says so and what that calls.</summary>
    public static void Say(IReadOnlyDictionary<string, IReadOnlyList<string>> derived) => OfRun.Value = derived;

    /// <summary>The files in place of a pattern; the pattern itself where nothing was derived from it.</summary>
    internal static IEnumerable<string> Of(string pattern) => OfRun.Value?.TryGetValue(pattern, out var files) == true ? files : [pattern];
}
