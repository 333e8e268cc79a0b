namespace ParquetPool.Preferences;

/// <summary>What somebody says of two rows, shown side by side.</summary>
public enum PreferenceAnswer
{
    /// <summary>The left one is preferred.</summary>
    Left,

    /// <summary>The right one is preferred.</summary>
    Right,

    /// <summary>Either is as good as the other.</summary>
    Equal,

    /// <summary>They cannot be compared: nothing is learnt of it, and the pair is not asked for again.</summary>
    Incomparable,
}

/// <summary>The answers by their words in label files and labelling tools.</summary>
public static class PreferenceAnswers
{
    private static readonly PreferenceAnswer[] All = Enum.GetValues<PreferenceAnswer>();

    /// <summary>For messages.</summary>
    public static string Expected { get; } = $"{string.Join(", ", All.SkipLast(1).Select(Word))} or {Word(All[^1])}";

    public static string Word(PreferenceAnswer answer) => answer.ToString().ToLowerInvariant();

    /// <summary>The answer; null where the word is none.</summary>
    public static PreferenceAnswer? Of(string word) => All.Where(answer => Word(answer).Equals(word, StringComparison.OrdinalIgnoreCase)).Select(answer => (PreferenceAnswer?)answer).FirstOrDefault();
}
