using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Texts;

namespace ParquetPool.Trainer.Import;

/// <summary>The names of the classes of a source whose labels are numbers.</summary>
/// <param name="Path">The file they are from.</param>
/// <param name="Names">[class]</param>
internal sealed record NamedClasses(string Path, IReadOnlyList<string> Names)
{
    private readonly HashSet<string> known = [.. Names];

    /// <summary>Reads a name a line; empty lines at the end are none.</summary>
    /// <exception cref="DataException">The file is missing, a line is empty, or two names are alike.</exception>
    public static NamedClasses Read(string path)
    {
        string[] names;
        try
        {
            names = [.. File.ReadLines(path).Select(line => LabelText.Read(line) ?? "")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read the class names {path}: {e.Message.TrimEnd('.')}: check the path", e);
        }
        names = names[..(Array.FindLastIndex(names, name => name.Length > 0) + 1)];
        return names.Length == 0 ? throw new DataException($"{path} has no names, expected that of a class on every line")
            : Array.IndexOf(names, "") is >= 0 and var empty ? throw new DataException($"{path}: line {empty + 1} is empty, expected the name of class {empty}: write one there")
            : names.GroupBy(LabelText.Key).FirstOrDefault(alike => alike.Count() > 1) is { } twice ? throw new DataException($"{path}: {string.Join(" and ", twice.Distinct())} are alike in {twice.Count()} lines, expected a name of its own for each class")
            : new NamedClasses(path, names);
    }

    /// <summary>Puts names in the place of numbers; a label that is a name already stays, and a row without one has none.</summary>
    /// <exception cref="DataException">A label is neither.</exception>
    public void Name(Span<string?> labels)
    {
        foreach (ref var label in labels)
        {
            label = LabelText.Read(label) is not { } text ? label
                : known.Contains(text) ? text
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Names.Count ? Names[number]
                : throw new DataException($"label '{label}' is no class of {Path}, expected 0 to {Names.Count - 1} or one of its names: add a line, or mend the label");
        }
    }
}
