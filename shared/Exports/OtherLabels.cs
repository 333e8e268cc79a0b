using ParquetPool.Texts;

namespace ParquetPool.Exports;

/// <summary>Finds rows of a table for which another column than the one that is read, such as <c>label_corrected</c>, names another of the same classes.</summary>
/// <param name="columns">All that may be read as labels, but for those that are something else.</param>
internal sealed class OtherLabels(SheetBuilder sheet, IEnumerable<string> columns)
{
    private const int MostPairs = 1000;
    private static readonly string[] Words = ["class", "category", "target", "gold", "truth", "y"];
    private readonly HashSet<string> classes = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Column, string Other), (int Count, string Example)> pairs = [];

    public IReadOnlyList<string> Columns { get; } = [.. columns.Where(IsNamedSo)];

    /// <summary>Takes note of a row.</summary>
    public void See(string label, Func<string, string?> of, string place)
    {
        var key = LabelText.Key(label);
        if (classes.Count < MostPairs)
        {
            classes.Add(key);
        }
        foreach (var column in Columns)
        {
            if (LabelText.Read(of(column)) is { } other && LabelText.Key(other) is var otherKey && otherKey != key && (pairs.Count < MostPairs || pairs.ContainsKey((column, otherKey))))
            {
                var (count, example) = pairs.GetValueOrDefault((column, otherKey));
                pairs[(column, otherKey)] = (count + 1, example ?? $"{place}: {SheetBuilder.Short(label)} and {SheetBuilder.Short(other)}");
            }
        }
    }

    /// <summary>Tells what was found.</summary>
    public void Note()
    {
        foreach (var ((column, _), (count, example)) in pairs.Where(pair => classes.Contains(pair.Key.Other)))
        {
            sheet.Note($"labels are another class in the column {SheetBuilder.Short(column.Trim())}, which is not read: --control {SheetBuilder.Short(column.Trim())} would read it", example, count);
        }
    }

    private static bool IsNamedSo(string column) =>
        column.Contains(LabelStudioExport.Control, StringComparison.OrdinalIgnoreCase) || Words.Contains(column.Trim().ToLowerInvariant());
}
