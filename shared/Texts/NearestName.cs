namespace ParquetPool.Texts;

/// <summary>Finds what somebody may have meant who wrote a name that is none.</summary>
public static class NearestName
{
    private const int LettersPerSlip = 4;
    private const string Numbered = "LABEL_"; // What transformers call classes that nobody named.

    /// <summary>The name that fewest edits make of a word; null where all take more than <paramref name="most"/>.</summary>
    public static string? Of(string word, IEnumerable<string> names, int most) =>
        names.Select(name => (Name: name, Distance: Edits(word, name))).Where(n => n.Distance <= most).OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal).FirstOrDefault().Name;

    /// <summary>The class that a label may be a slip for, by its letters and digits alone: <c>tshirt</c> for <c>T-shirt</c>; null for none.</summary>
    /// <remarks>Digits are nobody's slip: <c>class-7</c> lies beside <c>class-8</c> as it does beside <c>class-1</c>.</remarks>
    public static string? OfClass(string label, IEnumerable<string> classes)
    {
        if (label.StartsWith(Numbered, StringComparison.Ordinal) && classes.Contains(label[Numbered.Length..]))
        {
            return label[Numbered.Length..];
        }
        var word = Letters(label);
        return word.Length < LettersPerSlip || !word.Any(char.IsLetter) ? null
            : classes.Where(name => name.Where(char.IsDigit).SequenceEqual(label.Where(char.IsDigit))).Select(name => (Name: name, Distance: Edits(word, Letters(name)))).Where(n => n.Distance <= word.Length / LettersPerSlip)
                .OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal).FirstOrDefault().Name;
    }

    private static string Letters(string name) => string.Concat(LabelText.Key(name).Where(char.IsLetterOrDigit));

    /// <summary>Levenshtein's distance: letters added, left out or changed.</summary>
    private static int Edits(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)));
            }
        }
        return row[^1];
    }
}
