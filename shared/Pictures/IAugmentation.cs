namespace ParquetPool.Pictures;

/// <summary>Alters a row the way near-duplicates differ from each other.</summary>
public interface IAugmentation
{
    /// <summary>Random words that one copy takes.</summary>
    int Words { get; }

    /// <summary>Writes an altered copy of <paramref name="row"/> into <paramref name="copy"/>, which is as long.</summary>
    void Alter(ReadOnlySpan<float> row, CopyDraws draws, Span<float> copy);
}
