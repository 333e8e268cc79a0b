namespace ParquetPool.Preferences;

/// <summary>An answer about two rows.</summary>
/// <param name="Left">A row's id.</param>
/// <param name="Right">Another row's.</param>
/// <param name="Annotator">Who says so; empty where that is not known.</param>
public sealed record Preference(string Left, string Right, PreferenceAnswer Answer, string Annotator)
{
    /// <summary>The two rows, whichever stood left.</summary>
    public ComparedPair Pair => ComparedPair.Of(Left, Right);

    /// <summary>How much <see cref="ComparedPair.First"/> is preferred to the other: 1, 0, or a half where they are equal.</summary>
    public double OfFirst => Answer == PreferenceAnswer.Equal ? 0.5 : (Answer == PreferenceAnswer.Left) == (Left == Pair.First) ? 1 : 0;
}

/// <summary>Two rows without an order: <paramref name="First"/> has the smaller id.</summary>
public readonly record struct ComparedPair(string First, string Second)
{
    public static ComparedPair Of(string one, string other) => string.CompareOrdinal(one, other) <= 0 ? new(one, other) : new(other, one);

    /// <summary>One text for both ids, which no other pair has.</summary>
    public string Key => $"{First.Length} {First} {Second}";
}
