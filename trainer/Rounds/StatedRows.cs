using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Trainer.Labels;

namespace ParquetPool.Trainer.Rounds;

/// <summary>What labels and answers state of rows: of some their class, of others that it is one of several.</summary>
/// <param name="Labels">By id: the class, or the classes as <see cref="Text"/> writes them.</param>
/// <param name="Sets">The same apart; without a hierarchy all rows are whole.</param>
/// <param name="Answers">What says so of rows without a label of their class, in the form of answers; ordered by id.</param>
internal sealed record StatedRows(IReadOnlyDictionary<string, string> Labels, KnownSets Sets, IReadOnlyList<StatedAnswer> Answers)
{
    /// <summary>What is wrong with answers that leave a row no class.</summary>
    public const string NoClassLeft = "its answers leave no class: ";

    private const string Between = " | ";

    /// <param name="hierarchy">Null for none: answers then count for nothing.</param>
    /// <param name="known">The classes there are; those of labels besides are classes where <paramref name="isOpen"/>.</param>
    /// <exception cref="DataException">The hierarchy does not fit the classes.</exception>
    public static StatedRows Of(Consensus said, Hierarchy? hierarchy, IReadOnlyList<string> known, bool isOpen)
    {
        if (hierarchy is null)
        {
            return new StatedRows(said.Labels, new KnownSets(said.Labels, new Dictionary<string, IReadOnlyList<string>>(), [], new Dictionary<string, int>()), []);
        }
        string[] classes = [.. known.Count > 0 && !isOpen ? known : known.Union(said.Labels.Values.Where(label => !hierarchy.IsSuperClass(label)).Order(StringComparer.Ordinal), StringComparer.Ordinal)];
        hierarchy.Require(classes);
        var sets = KnownSets.Of(said.Labels, said.Answers, hierarchy, classes);
        var answers = said.Answers.Concat(said.Labels.Where(label => hierarchy.IsSuperClass(label.Value)).Select(label => new GivenAnswer(label.Key, label.Value, true)))
            .Where(answer => sets.Partial.ContainsKey(answer.Id)).Distinct().OrderBy(a => a.Id, StringComparer.Ordinal).ThenBy(a => a.Question, StringComparer.Ordinal);
        return new StatedRows(
            sets.Whole.Concat(sets.Partial.Select(row => KeyValuePair.Create(row.Key, Text(row.Value)))).ToDictionary(StringComparer.Ordinal),
            sets,
            [.. answers.Select(answer => new StatedAnswer(answer.Id, answer.Question, answer.IsYes, Text(sets.Partial[answer.Id])))]);
    }

    /// <summary>Parts rows whose class is known from the others.</summary>
    public (IReadOnlyList<(string Id, float[] Features, string Label)> Whole, IReadOnlyList<PartialRow> Partial) Parted(IReadOnlyList<(string Id, float[] Features, string Label)> rows) => Sets.Partial.Count == 0 ? (rows, [])
        : ([.. rows.Where(row => !Sets.Partial.ContainsKey(row.Id))], [.. rows.Where(row => Sets.Partial.ContainsKey(row.Id)).Select(row => new PartialRow(row.Id, row.Features, Sets.Partial[row.Id]))]);

    /// <summary>Several classes as one text.</summary>
    public static string Text(IEnumerable<string> classes) => string.Join(Between, classes.Order(StringComparer.Ordinal));
}

/// <summary>A row of which is known that it is of one of several classes.</summary>
internal sealed record PartialRow(string Id, float[] Features, IReadOnlyList<string> Classes);
