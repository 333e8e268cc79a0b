using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Embedding;

/// <summary>Rows of one class belong together.</summary>
internal sealed class LabelRelations : IRelations
{
    private const int RowsOfAClass = 4;
    private const int MostQueries = 2000;

    private readonly int[][] byClass;

    /// <summary>A row's id decides whether it is held out, as in <c>trainer train</c>.</summary>
    /// <param name="least">The fewest rows to learn from.</param>
    /// <exception cref="DataException">There are fewer than two classes of two rows to learn from, fewer rows than a step takes, or no two held-out rows of a class.</exception>
    public LabelRelations(IReadOnlyList<VectorColumn> columns, IReadOnlyList<(string Id, float[] Features, string Label)> rows, double holdoutShare, int least)
    {
        var set = TrainingSet.Of(columns, rows, holdoutShare);
        (Columns, Classes) = (columns, set.Classes);
        Rows = [.. set.Training.Concat(set.Holdout).OrderBy(r => r.Id, StringComparer.Ordinal)];
        var held = set.Holdout.Select(r => r.Id).ToHashSet();
        Learnt = [.. Enumerable.Range(0, Rows.Count).Where(row => !held.Contains(Rows[row].Id))];
        Sought = [.. Enumerable.Range(0, Rows.Count).Where(row => held.Contains(Rows[row].Id)).OrderBy(row => Holdout.Place(Rows[row].Id)).Take(MostQueries).Order()];
        byClass = [.. Learnt.GroupBy(row => Rows[row].Class).Where(g => g.Skip(1).Any()).OrderBy(g => g.Key).Select(g => g.ToArray())];
        if (byClass.Length < 2)
        {
            throw new DataException($"of {Learnt.Count} labelled rows to learn from {byClass.Length} classes have two or more, expected two such classes: add labels");
        }
        if (Learnt.Count < least)
        {
            throw new DataException($"{Learnt.Count} labelled rows are left to learn from, expected {least} or more, as a step takes: add labels, or lower --batch-rows");
        }
        if (!Sought.GroupBy(row => Rows[row].Class).Any(g => g.Skip(1).Any()))
        {
            throw new DataException($"{Sought.Count} labelled rows are held out, no two of them of one class: nothing could be measured; add labels");
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<VectorColumn> Columns { get; }

    /// <inheritdoc/>
    public IReadOnlyList<LabelledRow> Rows { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Learnt { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Queries => Sought;

    /// <inheritdoc/>
    public IReadOnlyList<int> Sought { get; }

    /// <inheritdoc/>
    public bool AreRelated(int one, int other) => Rows[one].Class == Rows[other].Class;

    /// <inheritdoc/>
    public IReadOnlyCollection<int> SaidApart(int query) => [];

    /// <summary>As many rows of each of some classes: of all where they are few, else of the next ones in a shuffled order.</summary>
    public IEnumerable<int[]> Batches(int rows, ulong seed, IReadOnlySet<int>? among = null)
    {
        int[][] some = among is null ? byClass : [.. byClass.Select(of => of.Where(among.Contains).ToArray()).Where(of => of.Length > 1)];
        if (some.Length < 2)
        {
            yield break;
        }
        var classes = Math.Min(some.Length, Math.Max(2, rows / RowsOfAClass));
        var order = new RowCycle(some.Length, seed, Purpose.RelationOrder);
        RowCycle[] ofClass = [.. some.Select((of, c) => new RowCycle(of.Length, unchecked(seed + (0x9E3779B97F4A7C15 * (ulong)(c + 1))), Purpose.RelationRows))];
        while (true)
        {
            yield return [.. order.Next(classes).Distinct().SelectMany(c => ofClass[c].Next(Math.Min(rows / classes, some[c].Length)).Distinct().Select(place => some[c][place]))];
        }
    }
}
