using System.Text.RegularExpressions;

namespace ParquetPool.Collections;

/// <summary>Which split a picture belongs to, by Hugging Face's rules: a folder called so, or else a file.</summary>
/// <remarks>The words are train and training; validation, valid, val and dev; test, testing and eval; alone or set apart by <c>. _ - =</c>, a blank or a digit. The outermost folder counts.</remarks>
internal sealed partial class SplitRule
{
    private readonly bool byFolder;
    private readonly bool byFile;

    /// <summary>Looks at all ids: where one folder is called so, files' names count nothing.</summary>
    public SplitRule(IEnumerable<string> ids)
    {
        foreach (var id in ids)
        {
            var names = id.Split('/');
            byFolder |= names[..^1].Any(name => Word(name) is not null);
            byFile |= Word(names[^1]) is not null;
        }
        byFile &= !byFolder;
    }

    /// <summary>The split, and how many folders of the id lead to it; null where no name tells.</summary>
    public (string Split, int Folders)? Of(string id)
    {
        var names = id.Split('/');
        for (var i = 0; byFolder && i < names.Length - 1; i++)
        {
            if (Word(names[i]) is { } split)
            {
                return (split, i + 1);
            }
        }
        return byFile && Word(names[^1]) is { } file ? (file, 0) : null;
    }

    private static string? Word(string name) => Words().Match(name) is { Success: true } found
        ? found.Value.ToLowerInvariant() switch { "train" or "training" => "train", "test" or "testing" or "eval" => "test", _ => "validation" }
        : null;

    [GeneratedRegex(@"(?<![^._\- 0-9=])(train|training|validation|valid|val|dev|test|testing|eval)(?![^._\- 0-9])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Words();
}
