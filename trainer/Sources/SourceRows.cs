using ParquetPool.Grams;
using ParquetPool.Texts;

namespace ParquetPool.Trainer.Sources;

/// <summary>A reusable buffer of rows.</summary>
internal sealed class SourceRows(int capacity, int width)
{
    public int Capacity { get; } = capacity;

    /// <summary>[row * width + i].</summary>
    public float[] Features { get; } = new float[checked(capacity * width)];

    /// <summary>[row].</summary>
    public string[] Ids { get; } = new string[capacity];

    /// <summary>[row]; null where a row has none.</summary>
    public string?[] Labels { get; } = new string?[capacity];

    /// <summary>[row]; what the features are made of, where that is a text.</summary>
    public string[] Texts { get; } = new string[capacity];

    /// <summary>[row]; null where the source tells none.</summary>
    public string?[] Splits { get; } = new string?[capacity];

    /// <summary>Rows met on the way that cannot be used; whoever reads empties it.</summary>
    public List<LeftOutRow> Rejected { get; } = [];

    /// <summary>The first rows' texts become their features; of one that can be written in several ways all are the same features.</summary>
    /// <returns>How many distinct features the texts have, all together.</returns>
    public long HashTexts(int count, TextGramKind kind)
    {
        var (width, distinct) = (Features.Length / Capacity, 0L);
        foreach (var (row, text) in ComposedText.Of(Texts[..count]).Index())
        {
            var features = Features.AsSpan(row * width, width);
            features.Clear();
            distinct += HashedText.Fill(text, kind, features);
        }
        return distinct;
    }
}
