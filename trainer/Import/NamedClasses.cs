using System.Globalization;
using System.Text.RegularExpressions;
using ParquetPool.Errors;
using ParquetPool.Texts;

namespace ParquetPool.Trainer.Import;

/// <summary>The names of the classes of a source whose labels are numbers.</summary>
/// <param name="Path">The file they are from.</param>
/// <param name="Names">[class]</param>
internal sealed partial record NamedClasses(string Path, IReadOnlyList<string> Names)
{
    private readonly HashSet<string> known = [.. Names];
    private int least = int.MaxValue;

    /// <summary>What a reader should know of the labels named so far.</summary>
    public IEnumerable<string> Notes => least is > 0 and < int.MaxValue ? [$"no label is below {least}, so no row is of {string.Join(", ", Names.Take(Math.Min(least, 3)))}: where labels count from {least}, give {Path} without {(least == 1 ? "its first line" : $"its first {least} lines")}"] : [];

    /// <summary>Reads a name a line; empty lines at the end are none.</summary>
    /// <exception cref="DataException">The file is missing or no such list, a line is empty, or two names are alike.</exception>
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
            : Other(names) is { } other ? throw new DataException($"{path}: {other}, expected the name of a class on every line and nothing else, that of class 0 on the first: take the rest out")
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
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < Names.Count ? Numbered(number)
                : throw new DataException($"label '{label}' is no class of {Path}, expected 0 to {Names.Count - 1} or one of its names: add a line, or mend the label");
        }
    }

    private string Numbered(int number)
    {
        least = Math.Min(least, number);
        return Names[number];
    }

    /// <summary>What the lines look like that are no names alone; null where they may be.</summary>
    private static string? Other(string[] names) =>
        names[0] is ['{' or '[', ..] || names.Any(name => name is [.., '{' or '[']) || (names.Length > 1 && names[0].EndsWith(':')) || (names.Length > 1 && names.Skip(1).All(name => name.StartsWith("- ", StringComparison.Ordinal))) ? "looks like JSON, YAML or another notation"
        : names.Length > 1 && names.All(Counted().IsMatch) ? $"its lines begin with numbers ('{names[0]}')"
        : names.Length > 1 && names.All(name => Cells().IsMatch(name)) ? $"its lines are rows of a table ('{names[0]}')"
        : null;

    [GeneratedRegex(@"^[0-9]+\s*[\s,;:=.)]\s*\S", RegexOptions.NonBacktracking)]
    private static partial Regex Counted();

    [GeneratedRegex(@"^[^,;]+[,;][^\s]", RegexOptions.NonBacktracking)]
    private static partial Regex Cells();
}
