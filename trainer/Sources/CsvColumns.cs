using ParquetPool.Errors;

namespace ParquetPool.Trainer.Sources;

/// <summary>What each column of a CSV file is for.</summary>
/// <param name="Id">Its place; -1 where there is none.</param>
/// <param name="Label">Its place; -1 where there is none.</param>
/// <param name="Text">Its place; -1 where none is asked for.</param>
/// <param name="Features">Places in file order: all other columns that are not skipped; none where there is a text.</param>
internal sealed record CsvColumns(int Id, int Label, int Text, IReadOnlyList<int> Features)
{
    private const string LabelName = "label";
    private static readonly string[] Labels = [LabelName, "labels", "class", "target", "category"];

    /// <exception cref="DataException">A named column is missing or named ambiguously, or no feature is left.</exception>
    public static CsvColumns Of(string path, string[] header, SourceOptions source)
    {
        foreach (var name in source.SkipColumns.Append(source.LabelColumn).Append(source.Text.Column).OfType<string>().Where(name => !header.Contains(name)))
        {
            throw new DataException($"{path}: no column '{name}': it has {string.Join(", ", header)}");
        }

        if (source.LabelColumn is { } asked && header.Contains(asked + ".1"))
        {
            throw new DataException($"{path}: '{asked}' heads more than one column, expected one label column: say '{asked}.1' for the second, or rename the first");
        }

        var id = Array.IndexOf(header, IdNames.Of(path, header) ?? "");
        var label = Array.IndexOf(header, source.LabelColumn ?? LabelName);
        var text = Array.IndexOf(header, source.Text.Column);
        var features = Enumerable.Range(0, header.Length).Where(i => text < 0 && i != id && i != label && !source.SkipColumns.Contains(header[i])).ToArray();
        if (features.Where(i => header[i].Trim().Length == 0 || header[i].StartsWith("Unnamed: ", StringComparison.Ordinal)).Select(i => (int?)i).FirstOrDefault() is { } unnamed)
        {
            throw new DataException($"{path}: column {unnamed + 1} has no name, as where a table's row numbers were saved with it, expected features: give it a name, or leave it out with --skip-column '{header[unnamed]}'");
        }
        if (features.FirstOrDefault(i => Labels.Contains(header[i].Trim(), StringComparer.OrdinalIgnoreCase), -1) is >= 0 and var answer)
        {
            throw new DataException($"{path}: column '{header[answer]}' is named as labels are and would be a feature beside {(label < 0 ? "no label" : $"the label {header[label]}")}: say so with --label-column '{header[answer]}', leave it out with --skip-column '{header[answer]}', or give it another name");
        }
        return features.Length > 0 || text >= 0
            ? new(id, source.SkipColumns.Contains(LabelName) && source.LabelColumn is null ? -1 : label, text, features)
            : throw new DataException($"{path}: no column is left for the features: it has {string.Join(", ", header)}");
    }
}
