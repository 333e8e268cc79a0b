using System.Collections.Concurrent;

namespace ParquetPool.Scorer.Overlaps;

/// <summary>How the pictures of some rows lie on those of others: each pair of pictures is looked up in the cache or laid now, once.</summary>
/// <remarks>A pair's overlap is a function of the two pictures' levels alone, whichever of them is asked for.</remarks>
/// <param name="known">What was laid or looked up before, by the two pictures' hashes, the smaller first; it is added to.</param>
/// <param name="cache">Null where nothing is kept.</param>
/// <param name="onThreads">Does some work for each number below a count.</param>
internal sealed class LaidPictures(
    GreyFile rows, GreyFile others, ConcurrentDictionary<(UInt128 First, UInt128 Second), (PictureOverlap Overlap, double Similarity)> known, OverlapCache? cache, Action<int, Action<int>> onThreads)
{
    private readonly List<Asked> asked = [];

    /// <summary>Lays the pictures of rows over those of others.</summary>
    /// <returns>How many pairs nobody knew.</returns>
    public int Lay(IEnumerable<(int Row, IEnumerable<int> Others)> given)
    {
        asked.AddRange(given.Select(row => new Asked(row.Row, rows.ContentOf(row.Row), [.. row.Others.Select(other => (other, others.ContentOf(other))).Where(other => other.Item2 != 0)])).Where(row => row.Content != 0));
        onThreads(cache is null ? 0 : asked.Count, i => Recall(asked[i]));
        var claimed = new HashSet<(UInt128, UInt128)>();
        List<Asked> missing = [.. asked.Select(row => row with { Others = [.. row.Others.Where(other => PairOf(row.Content, other.Content) is var pair && !known.ContainsKey(pair) && claimed.Add(pair))] }).Where(row => row.Others.Count > 0)];
        onThreads(missing.Count, i => Lay(missing[i]));
        return claimed.Count;
    }

    /// <summary>Puts what was laid into the cache.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public void Keep()
    {
        List<IGrouping<UInt128, Asked>> pictures = cache is null ? [] : [.. asked.GroupBy(row => row.Content)];
        onThreads(pictures.Count, i => cache!.Keep(pictures[i].Key, pictures[i].SelectMany(row => row.Others).Select(other => other.Content).Distinct().ToDictionary(other => other, other => known[PairOf(pictures[i].Key, other)])));
    }

    /// <summary>How a row's picture, the first, and another's lie on each other; null where one of them has none.</summary>
    public (PictureOverlap Overlap, double Similarity)? Of(int row, int other)
    {
        var (own, its) = (rows.ContentOf(row), others.ContentOf(other));
        return own == 0 || its == 0 ? null : known[PairOf(own, its)] is var pair && own <= its ? pair : (pair.Overlap.Swapped(), pair.Similarity);
    }

    private static (UInt128 First, UInt128 Second) PairOf(UInt128 one, UInt128 other) => one <= other ? (one, other) : (other, one);

    private void Recall(Asked row)
    {
        if (row.Others.All(other => known.ContainsKey(PairOf(row.Content, other.Content))))
        {
            return;
        }
        var of = cache!.Of(row.Content);
        foreach (var (_, other) in row.Others)
        {
            if (of.TryGetValue(other, out var found) || cache.Of(other).TryGetValue(row.Content, out found))
            {
                known[PairOf(row.Content, other)] = found;
            }
        }
    }

    private void Lay(Asked row)
    {
        var own = rows.Of(row.Row)!;
        foreach (var (place, content) in row.Others)
        {
            var other = others.Of(place)!;
            known[PairOf(row.Content, content)] = row.Content <= content ? OverlapSearch.Of(own, other) : OverlapSearch.Of(other, own);
        }
    }

    /// <param name="Content">0 where the row has no picture.</param>
    private readonly record struct Asked(int Row, UInt128 Content, IReadOnlyList<(int Row, UInt128 Content)> Others);
}
