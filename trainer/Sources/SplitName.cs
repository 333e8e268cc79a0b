namespace ParquetPool.Trainer.Sources;

/// <summary>The split that a file's name or its folders' names tell, as Hugging Face's <c>datasets</c> reads them.</summary>
internal static class SplitName
{
    private const string Train = "train";
    private static readonly char[] Between = [.. "-._ 0123456789"];

    private static readonly Dictionary<string, string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        [Train] = Train,
        ["training"] = Train,
        ["validation"] = "validation",
        ["valid"] = "validation",
        ["dev"] = "validation",
        ["val"] = "validation",
        ["test"] = "test",
        ["testing"] = "test",
        ["eval"] = "test",
        ["evaluation"] = "test",
    };

    /// <summary>The splits of files that are read together, by what is told of each; <paramref name="otherwise"/> for all where no name tells one, and train for those that tell none beside others that do.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<string> names, string otherwise)
    {
        var told = names.Select(Of).ToList();
        return [.. told.Select(split => split ?? (told.Exists(other => other is not null) ? Train : otherwise))];
    }

    /// <summary>By its own name first, such as <c>test-00000-of-00002.parquet</c>, then by the nearest folder's; null where none tells.</summary>
    public static string? Of(string path) => path.Split('/', '\\').Reverse().Select(Word).FirstOrDefault(split => split is not null);

    private static string? Word(string name) =>
        name.Split(Between).Select(word => Words.GetValueOrDefault(word)).FirstOrDefault(split => split is not null);
}
