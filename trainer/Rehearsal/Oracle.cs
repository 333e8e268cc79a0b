using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Selection;
using ParquetPool.ShardRows;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>Rows whose labels are all known, and given out when they are asked for.</summary>
/// <param name="Rows">In memory.</param>
/// <param name="Classes">Class names in the order of the logits.</param>
/// <param name="ClassOf">[row]; -1 for a row that cannot be used: it is at fault or has no label.</param>
internal sealed record Oracle(ResidentPool Rows, IReadOnlyList<string> Classes, int[] ClassOf)
{
    /// <summary>Rows that can be used.</summary>
    public int Usable => ClassOf.Count(c => c >= 0);

    /// <summary>Takes the labels of pool and test rows.</summary>
    /// <param name="known">The classes that the pool remembers; may be none.</param>
    /// <param name="newClasses">Whether labels that may be no classes are taken for classes.</param>
    /// <param name="tell">Told what a reader should know of the labels.</param>
    /// <exception cref="DataException">An id stands twice, fewer than two classes occur, labels may be no classes, or no test row can be used.</exception>
    public static (Oracle Pool, Oracle Test) Of(ResidentPool pool, ResidentPool test, string labelColumn, IReadOnlyList<string> known, bool newClasses, Action<string> tell)
    {
        var names = ClassNames.Of(known, Labels(pool).OfType<string>());
        if (!newClasses && names.Doubts is { } doubts)
        {
            throw new DataException($"--label-column {labelColumn}: {doubts}; {ClassNames.HowToAnswer}");
        }
        var classes = TrainingSet.Sort(Labels(pool).OfType<string>().Select(names.Of).OfType<string>().Distinct());
        if (classes.Length < 2)
        {
            throw new DataException($"the pool's {pool.Count} rows name {classes.Length} classes, expected two or more: name the label column with --label-column");
        }
        if (Enumerable.Range(0, pool.Count).GroupBy(pool.IdOf).FirstOrDefault(g => g.Skip(1).Any()) is { } twice)
        {
            throw new DataException($"id '{twice.Key}' stands {twice.Count()} times in the pool, expected once: a label must mean one row");
        }
        var places = classes.Index().ToDictionary(c => c.Item, c => c.Index);
        var namesOfTest = ClassNames.Of(classes, Labels(test).OfType<string>());
        var ofTest = new Oracle(test, classes, ClassesOf(test, places, namesOfTest));
        foreach (var note in names.Notes())
        {
            tell(note);
        }
        if (Labels(test).OfType<string>().Select(namesOfTest.Of).OfType<string>().Where(name => !places.ContainsKey(name)).CountBy(name => name).ToList() is { Count: > 0 } strangers)
        {
            tell($"test rows of classes that no row of the pool is of are left out: {ClassNames.List(strangers)}");
        }
        return ofTest.Usable > 0
            ? (new Oracle(pool, classes, ClassesOf(pool, places, names)), ofTest)
            : throw new DataException($"none of the {test.Count} test rows has a label that the pool has too, expected the same label column: compare both with --label-column");
    }

    /// <summary>Usable rows drawn evenly, each by its id and the seed alone.</summary>
    public IReadOnlyList<int> Drawn(ulong seed, int count) =>
        [.. Enumerable.Range(0, Rows.Count).Where(row => ClassOf[row] >= 0).Select(row => (Row: row, Id: Rows.IdOf(row)))
            .OrderByDescending(r => RandomScore.Of(seed, r.Id)).ThenBy(r => r.Id, StringComparer.Ordinal).Take(count).Select(r => r.Row)];

    /// <summary>The row with its label.</summary>
    public LabelledRow Ask(int row) => new(Rows.IdOf(row), Rows.FeaturesOf(row), ClassOf[row]);

    private static IEnumerable<string?> Labels(ResidentPool pool) => Enumerable.Range(0, pool.Count).Select(row => pool.FaultsOf(row) == RowFaults.None ? pool.LabelOf(row) : null);

    private static int[] ClassesOf(ResidentPool pool, Dictionary<string, int> places, ClassNames names) =>
        [.. Labels(pool).Select(label => label is not null && names.Of(label) is { } name ? places.GetValueOrDefault(name, -1) : -1)];
}
