using System.Globalization;
using System.Text.RegularExpressions;
using ParquetPool.Exports;
using ParquetPool.Texts;

namespace ParquetPool.Labels;

/// <summary>One name for each class, whatever its labels' spellings.</summary>
/// <remarks>
/// The classes there are come first: a label is the class that is spelled so, else the only one that <see cref="LabelText.Key"/> finds alike, else of a
/// taxonomy the one that its last level names. The others are classes by their most frequent spelling. A label made of several classes
/// (<c>cat#dog</c>) is none, nor is a word such as <c>None</c> or <c>NULL</c> that no class is called by, nor −1 beside classes that are names, or numbers from 0 on.
/// What Python prints of one value (<c>b'cat'</c>) is that value, and <c>3,0</c> is 3 where all labels have a decimal comma. A word such as <c>skip</c> or <c>?</c> is a class, but a doubtful one.
/// </remarks>
public sealed partial class ClassNames
{
    /// <summary>What a user does about <see cref="Doubts"/>.</summary>
    public const string HowToAnswer = "leave them empty where they are no classes, or admit all with --new-classes";

    private const string NoClass = "-1";
    private static readonly char[] Separators = ['#', '|', ';', ','];
    private static readonly HashSet<string> Undecided =
    [
        "skip", "skipped", "todo", "to do", "tbd", "na", "n/a", "n.a", "none", "null", "nil", "undefined", "unknown", "unk", "unsure", "not sure", "uncertain",
        "unclear", "ambiguous", "undecided", "can't tell", "cannot tell", "can't decide", "cannot decide", "don't know", "dont know", "do not know", "idk", "dunno", "no idea", "no label", "no class", "nolabel",
        "unlabeled", "unlabelled", "not labeled", "not labelled", "unannotated", "not annotated", "no answer", "no annotation",
    ];

    private readonly Dictionary<string, string?> names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> absent = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> unsure = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> several = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> doubtful = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedSet<string>> spellings = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> fresh = new(StringComparer.Ordinal); // Classes that nobody knew, but for doubtful ones.
    private readonly LabelSigns signs;
    private readonly bool isFirst; // No class was known.

    private ClassNames(bool isFirst) => (this.isFirst, signs) = (isFirst, new LabelSigns(fresh));

    /// <summary>Names the classes of labels.</summary>
    /// <param name="known">The classes there are; may be none.</param>
    /// <param name="labels">With repetitions: how often a spelling occurs decides.</param>
    public static ClassNames Of(IEnumerable<string> known, IEnumerable<string> labels)
    {
        var there = new ExistingClasses(known);
        var result = new ClassNames(there.Exact.Count == 0);
        var counts = labels.CountBy(l => l).Where(l => l.Key.Length > 0).OrderBy(l => l.Key, StringComparer.Ordinal).ToList();
        var haveCommas = counts.Select(c => LabelText.Read(c.Key)).OfType<string>().Where(name => !LabelText.IsAbsence(name)).All(WholeWithComma().IsMatch);
        var open = counts.Select(c => result.Match(c.Key, c.Value, there, haveCommas)).OfType<OpenLabel>().ToList();
        result.ReadNoClass(open, there.Exact);
        var alone = there.Keys.Concat(open.Select(o => LabelText.Key(o.Spelling))).ToHashSet(StringComparer.Ordinal);
        foreach (var of in open.Where(o => IsSeveral(o.Spelling, alone)))
        {
            result.names[of.Label] = null;
            result.several[of.Label] = of.Count;
        }
        foreach (var (label, _, count) in open.Where(o => !result.names.ContainsKey(o.Label) && IsDoubtful(o.Spelling)))
        {
            result.doubtful[label] = count;
        }
        foreach (var group in open.Where(o => !result.names.ContainsKey(o.Label)).GroupBy(o => LabelText.Key(o.Spelling)))
        {
            result.NameFresh([.. group]);
        }
        return result;
    }

    /// <summary>Names the class that a label is of, where there is one, or takes it for none.</summary>
    /// <returns>The label, where it is of no class there is.</returns>
    private OpenLabel? Match(string label, int count, ExistingClasses there, bool haveCommas)
    {
        var spelling = there.Exact.Contains(label) ? label : LabelText.Read(label) ?? "";
        var found = there.Find(spelling);
        if (found is null && WrittenValue.Names(spelling)?.Select(name => LabelText.Read(name) ?? "").Distinct(StringComparer.Ordinal).ToList() is { } written)
        {
            if (written.Count > 1)
            {
                names[label] = null;
                several[label] = count;
                return null;
            }
            found = there.Find(spelling = written[0]);
        }
        else if (found is null && haveCommas && spelling.Length > 0 && !LabelText.IsAbsence(spelling))
        {
            found = there.Find(spelling = spelling[..spelling.IndexOf(',')]);
        }
        if (spelling.Length == 0 || (found is null && LabelText.IsAbsence(spelling)))
        {
            names[label] = null;
            absent[label] = count;
            return null;
        }
        if (found is null)
        {
            return new OpenLabel(label, spelling, count);
        }
        Set(label, found);
        return null;
    }

    /// <summary>Makes a class of labels that are alike, called by the most frequent spelling.</summary>
    private void NameFresh(IReadOnlyList<OpenLabel> alike)
    {
        var name = alike.GroupBy(o => o.Spelling).OrderByDescending(s => LabelText.Unwrapped(s.Key) == s.Key).ThenByDescending(s => s.Sum(o => o.Count)).ThenBy(s => s.Key, StringComparer.Ordinal).First().Key;
        foreach (var of in alike)
        {
            Set(of.Label, name);
            if (!doubtful.ContainsKey(of.Label))
            {
                fresh[name] = fresh.GetValueOrDefault(name) + of.Count;
            }
        }
    }

    /// <summary>The class that a label names; null where it names none.</summary>
    public string? Of(string label) => names.GetValueOrDefault(label);

    /// <summary>The labels, with their counts, that are of no class there was and may say that nobody decided, or more than one thing, or be something else than classes; null where there are none.</summary>
    public string? Doubts => string.Join("; ", [.. doubtful.Count == 0 ? Array.Empty<string>() : [$"{doubtful.Values.Sum()} labels may say that nobody decided, or more than one thing: {List(doubtful)}"], .. signs.Doubts()]) is { Length: > 0 } doubts ? doubts : null;

    /// <summary>What a reader should know.</summary>
    public IEnumerable<string> Notes()
    {
        if (absent.Count > 0)
        {
            yield return $"{absent.Values.Sum()} labels say that there is none and are left out: {List(absent)}; where that is a class, name all classes to 'trainer round --classes' or 'trainer import --class-names'";
        }
        if (unsure.Count > 0)
        {
            yield return $"{unsure.Values.Sum()} labels are -1, which is taken for a class: where it says that there is none, leave them empty";
        }
        if (several.Count > 0)
        {
            yield return $"{several.Values.Sum()} labels name several classes and are left out: {List(several)}";
        }
        foreach (var note in isFirst ? signs.Notes() : [])
        {
            yield return note;
        }
        var respelled = spellings.Where(s => s.Value.Count > 1 || s.Value.Min != s.Key).ToList();
        if (respelled.Count > 0)
        {
            yield return $"spellings read as one class: {string.Join("; ", respelled.Take(5).Select(s => $"{s.Key} for {string.Join(", ", s.Value.Where(v => v != s.Key).Take(5).Select(v => $"'{v}'"))}"))}{(respelled.Count > 5 ? $" and {respelled.Count - 5} more" : "")}";
        }
    }

    /// <summary>Names with their counts, the most frequent first.</summary>
    public static string List(IEnumerable<KeyValuePair<string, int>> counts)
    {
        var ordered = counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).ToList();
        return string.Join(", ", ordered.Take(8).Select(c => $"{SheetBuilder.Short(c.Key)} ({c.Value})")) + (ordered.Count > 8 ? $" and {ordered.Count - 8} more" : "");
    }

    /// <summary>Reads the number that many tools write for no class: it is none where no other class is a number below 0, nor all are 0 and 1.</summary>
    private void ReadNoClass(List<OpenLabel> open, HashSet<string> known)
    {
        int?[] others = [.. known.Concat(open.Select(o => o.Spelling)).Where(name => name != NoClass).Distinct(StringComparer.Ordinal).Select(name => int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : (int?)null)];
        var isNone = others.Length > 0 && (others.All(n => n is null) || (others.All(n => n >= 0) && others.Max() > 1));
        foreach (var of in open.Where(o => o.Spelling == NoClass))
        {
            (isNone ? absent : unsure)[of.Label] = of.Count;
            if (isNone)
            {
                names[of.Label] = null;
            }
        }
    }

    private void Set(string label, string name)
    {
        names[label] = name;
        if (!spellings.TryGetValue(name, out var of))
        {
            spellings.Add(name, of = new SortedSet<string>(StringComparer.Ordinal));
        }
        of.Add(label);
    }

    /// <summary>Whether people or programs rather mean by it that there is no label, or several.</summary>
    private static bool IsDoubtful(string spelling) =>
        spelling.All("?-–—_.…/*".Contains) || Numbers().IsMatch(spelling) || spelling is ['{', .., '}'] || (spelling is ['<', .., '>'] && spelling.Contains(' '))
        || Undecided.Contains(spelling.ToLowerInvariant().Replace('\u2019', '\'').Replace('_', ' ').Replace('-', ' ').Trim(' ', '.', '?', '!', '[', ']', '(', ')', '<', '>'));

    [GeneratedRegex("^-?[0-9]+,0+$", RegexOptions.NonBacktracking)]
    private static partial Regex WholeWithComma();

    [GeneratedRegex("^-?[0-9]+([,;|] ?-?[0-9]+)+$", RegexOptions.NonBacktracking)]
    private static partial Regex Numbers();

    /// <summary>Whether all parts are classes by themselves; of doccano's <c>#</c>, which is in few names, any.</summary>
    private static bool IsSeveral(string label, HashSet<string> alone)
    {
        foreach (var separator in Separators.Where(label.Contains))
        {
            string[] parts = [.. label.Split(separator).Select(p => LabelText.Read(p) ?? "")];
            bool IsClass(string part) => part.Length > 0 && alone.Contains(LabelText.Key(part));
            if (parts.All(p => p.Length > 0) && (separator == '#' ? parts.Any(IsClass) : parts.All(IsClass)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>A label that is of no class there is, and how often it stands.</summary>
    private sealed record OpenLabel(string Label, string Spelling, int Count);

    /// <summary>The classes there are, by their spellings.</summary>
    private sealed class ExistingClasses
    {
        private readonly Dictionary<string, string?> alike; // Null where several are alike.

        public ExistingClasses(IEnumerable<string> known)
        {
            Exact = known.ToHashSet(StringComparer.Ordinal);
            alike = Exact.GroupBy(name => LabelText.Key(LabelText.Read(name) ?? name)).ToDictionary(g => g.Key, g => g.Count() == 1 ? g.Single() : null, StringComparer.Ordinal);
        }

        public HashSet<string> Exact { get; }

        /// <summary>The <see cref="LabelText.Key"/> of each.</summary>
        public IEnumerable<string> Keys => alike.Keys;

        /// <summary>The class that is spelled so, or alike, or as the last level of a taxonomy's; null for none.</summary>
        public string? Find(string spelling) => Whole(spelling) ?? (spelling.LastIndexOf(LabelChoice.Level, StringComparison.Ordinal) is > 0 and var at ? Whole(spelling[(at + LabelChoice.Level.Length)..]) : null);

        private string? Whole(string spelling) => Exact.Contains(spelling) ? spelling : alike.GetValueOrDefault(LabelText.Key(spelling));
    }
}
