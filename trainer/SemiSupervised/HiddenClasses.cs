using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Statistics;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>Classes that no label names: how they are called, and how well rows are put into them.</summary>
internal static class HiddenClasses
{
    private const string Stem = "new-";

    /// <summary>The set with so many more classes, without a row, behind its own.</summary>
    public static TrainingSet In(TrainingSet set, int count) => set with { Classes = [.. set.Classes, .. Names(set.Classes, count)] };

    /// <summary><c>new-1</c> and so on, without those that a label is called.</summary>
    public static IEnumerable<string> Names(IReadOnlyList<string> classes, int count) =>
        Enumerable.Range(1, int.MaxValue).Select(number => Stem + number.ToString(CultureInfo.InvariantCulture)).Where(name => !classes.Contains(name)).Take(count);

    /// <summary>Places of the rows whose labels were given to measure by.</summary>
    /// <exception cref="DataException">None is of a class that no label names.</exception>
    public static int[] Measured(TrainingSet set, UnlabelledRows unlabelled)
    {
        int[] rows = [.. unlabelled.Rows.Index().Where(row => unlabelled.Labels.ContainsKey(row.Item.Id)).Select(row => row.Index)];
        return unlabelled.Labels.Count == 0 || Array.Exists(rows, row => !set.Classes.Contains(unlabelled.Labels[unlabelled.Rows[row].Id]))
            ? rows
            : throw new DataException($"of the {unlabelled.Rows.Count} unlabelled rows {rows.Length} have a label in --hidden-labels, none of them of a class that no label learnt from names: give labels of rows of --unlabelled whose classes nobody has labelled, or leave --hidden-labels out");
    }

    /// <summary>The share of rows of hidden classes that are right, each hidden class being one of the new ones at most, by the assignment under which most are.</summary>
    /// <param name="predicted">[row]: places of classes, the new ones behind the known; -1 for none.</param>
    /// <param name="labels">[row]</param>
    public static double Accuracy(IReadOnlyList<int> predicted, IReadOnlyList<string> labels, IReadOnlyList<string> known, int count)
    {
        var hidden = labels.Where(label => !known.Contains(label)).Distinct().Order(StringComparer.Ordinal).Index().ToDictionary(of => of.Item, of => of.Index);
        var found = new double[count, hidden.Count];
        var rows = 0;
        foreach (var (at, label) in labels.Index())
        {
            if (hidden.TryGetValue(label, out var of))
            {
                rows++;
                if (predicted[at] >= known.Count)
                {
                    found[predicted[at] - known.Count, of]--;
                }
            }
        }
        return -Assignment.Least(found).Index().Where(of => of.Item >= 0).Sum(of => found[of.Index, of.Item]) / rows;
    }

    /// <summary>The share of rows of known classes that are right; null where there are none.</summary>
    public static double? KnownAccuracy(IReadOnlyList<int> predicted, IReadOnlyList<string> labels, IReadOnlyList<string> known)
    {
        bool[] right = [.. labels.Index().Where(of => known.Contains(of.Item)).Select(of => predicted[of.Index] is >= 0 and var place && place < known.Count && known[place] == of.Item)];
        return right.Length == 0 ? null : (double)right.Count(r => r) / right.Length;
    }
}
