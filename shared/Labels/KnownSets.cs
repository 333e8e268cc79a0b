using ParquetPool.Exports;

namespace ParquetPool.Labels;

/// <summary>An answer to the question whether a row is of a class or super-class.</summary>
public sealed record GivenAnswer(string Id, string Question, bool IsYes);

/// <summary>What labels and answers leave open, row by row: the classes that all of them allow.</summary>
/// <param name="Whole">By id: the class of rows with one class left.</param>
/// <param name="Partial">By id: the classes of rows with several left, but not all.</param>
/// <param name="Contradictory">Rows with none left, and what was said of them; ordered by id.</param>
/// <param name="Unknown">Questions that are neither class nor super-class, with their answers.</param>
public sealed record KnownSets(
    IReadOnlyDictionary<string, string> Whole, IReadOnlyDictionary<string, IReadOnlyList<string>> Partial, IReadOnlyList<(string Id, string Said)> Contradictory, IReadOnlyDictionary<string, int> Unknown)
{
    /// <summary>Intersects.</summary>
    /// <param name="labels">By id: classes and super-classes.</param>
    /// <param name="classes">All there are.</param>
    public static KnownSets Of(IReadOnlyDictionary<string, string> labels, IReadOnlyList<GivenAnswer> answers, Hierarchy hierarchy, IReadOnlyList<string> classes)
    {
        var known = classes.ToHashSet(StringComparer.Ordinal);
        var (whole, partial, contradictory) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal), new List<(string, string)>());
        var unknown = answers.Where(a => !known.Contains(a.Question) && !hierarchy.IsSuperClass(a.Question)).CountBy(a => a.Question).ToDictionary(StringComparer.Ordinal);
        var byRow = answers.Where(a => !unknown.ContainsKey(a.Question)).ToLookup(a => a.Id, StringComparer.Ordinal);
        foreach (var id in labels.Keys.Concat(byRow.Select(row => row.Key)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var label = labels.GetValueOrDefault(id);
            IEnumerable<string> open = label is null ? classes : hierarchy.ClassesOf(label);
            foreach (var answer in byRow[id])
            {
                var of = hierarchy.ClassesOf(answer.Question);
                open = answer.IsYes ? open.Intersect(of, StringComparer.Ordinal) : open.Except(of, StringComparer.Ordinal);
            }
            switch (open.ToList())
            {
                case []:
                    contradictory.Add((id, string.Join(", ", [.. label is null ? Array.Empty<string>() : [label], .. byRow[id].Select(a => $"{(a.IsYes ? "" : "not ")}{a.Question}")])));
                    break;
                case [var only]:
                    whole.Add(id, only);
                    break;
                case var several when several.Count < classes.Count:
                    partial.Add(id, several);
                    break;
            }
        }
        return new KnownSets(whole, partial, contradictory, unknown);
    }

    /// <summary>What a reader should know.</summary>
    public IEnumerable<string> Notes()
    {
        if (Contradictory.Count > 0)
        {
            yield return $"{Contradictory.Count} rows have answers that leave no class and are left out: {string.Join("; ", Contradictory.Take(3).Select(row => $"{SheetBuilder.Short(row.Id)} ({SheetBuilder.Short(row.Said)})"))}{(Contradictory.Count > 3 ? ", …" : "")}: ask again";
        }
        if (Unknown.Count > 0)
        {
            yield return $"{Unknown.Values.Sum()} answers are about what is neither class nor super-class and are left out: {ClassNames.List(Unknown)}";
        }
    }
}
