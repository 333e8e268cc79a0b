using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Embedding;

/// <summary>Rows belong together that pairs name; all others do not, as far as is known.</summary>
internal sealed class PairRelations : IRelations
{
    private const int MostQueries = 2000;
    private const int MostSought = 10_000;

    private readonly HashSet<(int, int)> related = [];
    private readonly Dictionary<int, HashSet<int>> apart = [];
    private readonly (int Anchor, int Positive, int? Negative)[] learnt;

    /// <summary>An anchor is held out by its id, as labelled rows are; pairs that name a held-out anchor on any side are not learnt from. What is sought may have been learnt from as the positive of another anchor.</summary>
    /// <param name="pairs">As <see cref="PairFile"/> reads them.</param>
    /// <param name="rows">All that they name.</param>
    /// <exception cref="DataException">No anchor is held out, or fewer pairs are left than a step takes.</exception>
    public PairRelations(IReadOnlyList<VectorColumn> columns, IReadOnlyList<RelatedPair> pairs, IEnumerable<(string Id, float[] Features)> rows, double holdoutShare, int least)
    {
        Columns = columns;
        Rows = [.. rows.OrderBy(r => r.Id, StringComparer.Ordinal).Select(r => new LabelledRow(r.Id, r.Features, -1))];
        var places = Rows.Index().ToDictionary(r => r.Item.Id, r => r.Index);
        (int Anchor, int Positive, int? Negative)[] all = [.. pairs.Select(p => (places[p.Anchor], places[p.Positive], p.Negative is { } negative ? places[negative] : (int?)null))];
        var held = all.Select(p => p.Anchor).Where(anchor => Holdout.Place(Rows[anchor].Id) < holdoutShare).ToHashSet();
        foreach (var (anchor, positive, negative) in all)
        {
            related.Add((anchor, positive));
            related.Add((positive, anchor));
            if (negative is { } other)
            {
                (apart.TryGetValue(anchor, out var said) ? said : apart[anchor] = []).Add(other);
            }
        }
        learnt = [.. all.Where(p => !held.Contains(p.Anchor) && !held.Contains(p.Positive) && !(p.Negative is { } n && held.Contains(n)))];
        Learnt = [.. learnt.SelectMany(p => p.Negative is { } n ? (int[])[p.Anchor, p.Positive, n] : [p.Anchor, p.Positive]).Distinct().Order()];
        Queries = [.. held.OrderBy(row => Holdout.Place(Rows[row].Id)).Take(MostQueries).Order()];
        var wanted = all.Where(p => held.Contains(p.Anchor)).SelectMany(p => p.Negative is { } n ? (int[])[p.Positive, n] : [p.Positive]).Distinct().ToList();
        Sought = [.. wanted.Concat(all.SelectMany(p => p.Negative is { } n ? (int[])[p.Positive, n] : [p.Positive])).Distinct().Take(Math.Max(MostSought, wanted.Count)).Order()];
        if (Queries.Count == 0)
        {
            throw new DataException($"none of the {all.Select(p => p.Anchor).Distinct().Count()} anchors of --pairs is held out to measure by, expected one or more: add pairs of other anchors");
        }
        if (learnt.Length < least)
        {
            throw new DataException($"{learnt.Length} of {all.Length} pairs are left to learn from, the others name held-out anchors, expected {least} or more, as a step takes: add pairs, or lower --batch-rows");
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<VectorColumn> Columns { get; }

    /// <inheritdoc/>
    public IReadOnlyList<LabelledRow> Rows { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes => [];

    /// <inheritdoc/>
    public IReadOnlyList<int> Learnt { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Queries { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> Sought { get; }

    /// <inheritdoc/>
    public bool AreRelated(int one, int other) => related.Contains((one, other));

    /// <inheritdoc/>
    public IReadOnlyCollection<int> SaidApart(int query) => apart.GetValueOrDefault(query) ?? [];

    /// <summary>The rows of the next pairs in a shuffled order, so many as there is room for.</summary>
    public IEnumerable<int[]> Batches(int rows, ulong seed, IReadOnlySet<int>? among = null)
    {
        (int Anchor, int Positive, int? Negative)[] some = among is null ? learnt : [.. learnt.Where(p => among.Contains(p.Anchor) && among.Contains(p.Positive))];
        if (among is not null && some.Length < 2)
        {
            yield break;
        }
        var order = new RowCycle(some.Length, seed, Purpose.RelationOrder);
        var each = some.Any(p => p.Negative is not null) ? 3 : 2;
        while (true)
        {
            yield return [.. order.Next(Math.Max(1, rows / each)).Select(place => some[place]).SelectMany(p => p.Negative is { } n ? (int[])[p.Anchor, p.Positive, n] : [p.Anchor, p.Positive]).Distinct()];
        }
    }
}
