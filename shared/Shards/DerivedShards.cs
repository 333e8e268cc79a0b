namespace ParquetPool.Shards;

/// <summary>The shards that were derived from what a command was given as its pool, such as a folder of pictures.</summary>
public static class DerivedShards
{
    private static readonly AsyncLocal<IReadOnlyList<DerivedPlace>?> OfRun = new();

    /// <summary>What was derived, for the run that says so and what that calls.</summary>
    public static void Say(IReadOnlyList<DerivedPlace> derived) => OfRun.Value = derived;

    /// <summary>What was given in the place of a file, for a reader to give again; null where the file is no derived one.</summary>
    public static IReadOnlyList<string>? GivenFor(string file) => OfRun.Value?.FirstOrDefault(place => place.Files.Contains(file))?.Patterns;

    /// <summary>The files in place of a pattern; the pattern itself where nothing was derived from it.</summary>
    internal static IEnumerable<string> Of(string pattern) =>
        OfRun.Value?.FirstOrDefault(place => place.Patterns.Contains(pattern)) is not { } place ? [pattern] : place.Patterns[0] == pattern ? place.Files : [];
}

/// <summary>Places that were given together and the files that hold their rows.</summary>
/// <param name="Patterns">As they were given.</param>
public sealed record DerivedPlace(IReadOnlyList<string> Patterns, IReadOnlyList<string> Files);
