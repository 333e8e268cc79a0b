using ParquetPool.Exports;

namespace ParquetPool.Labels;

/// <summary>One name for each person, who is a number in one export and an address in another.</summary>
/// <remarks>That both are one is learnt from exports that give both.</remarks>
internal sealed class Annotators
{
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    public static Annotators Of(IEnumerable<LabelEntry> entries)
    {
        var people = new Annotators();
        foreach (var entry in entries)
        {
            if (entry.AlsoAnnotator.Length > 0 && entry.Annotator.Length > 0)
            {
                people.names.TryAdd(entry.AlsoAnnotator, entry.Annotator);
            }
        }
        return people;
    }

    public string NameOf(LabelEntry entry) => names.GetValueOrDefault(entry.Annotator, entry.Annotator);
}
