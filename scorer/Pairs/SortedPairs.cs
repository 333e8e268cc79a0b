using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Pairs;

/// <summary>Collects pairs and gives them back sorted: by distance, copies before parallel rows, then the ids, then the comparison.</summary>
/// <remarks>
/// Memory is bounded: the pairs of one run, 40 bytes each, and 128 KiB for each run of as many; runs are spilled to a file
/// in the folder, which vanishes with this. Directed pairs inside a split cost some 30 bytes more each.
/// </remarks>
/// <param name="directed">A pair inside a split may have another cosine from either side; the higher counts.</param>
internal sealed class SortedPairs(IReadOnlyList<ComparedSplits> comparisons, string folder, int runPairs, bool directed = false) : IDisposable
{
    public const int RunPairs = 1 << 20;
    private const int PairsAtOnce = 4096;

    private readonly List<AuditPair> held = [];
    private readonly List<int> runs = [];
    private FileStream? spill;

    /// <summary>Takes in a pair.</summary>
    /// <exception cref="IOException">The folder has no room.</exception>
    public void Add(in AuditPair pair)
    {
        var (split, other) = (comparisons[pair.Comparison].Split, comparisons[pair.Comparison].Other);
        // Inside a split the row with the smaller id takes the first place, so that both ways to find the pair give the same.
        var swap = split == other && string.CompareOrdinal(other.IdOf(pair.OtherRow), split.IdOf(pair.Row)) < 0;
        held.Add(swap ? pair with { Row = pair.OtherRow, OtherRow = pair.Row, Overlap = pair.Overlap.Swapped() } : pair);
        if (held.Count == runPairs)
        {
            Spill();
        }
    }

    /// <summary>Every pair once, in order; of two that differ in rank alone the better, and inside a split, whose rows may have views, the more similar.</summary>
    public IEnumerable<AuditPair> Read()
    {
        held.Sort(Compare);
        var merged = new PriorityQueue<IEnumerator<AuditPair>, AuditPair>(Comparer<AuditPair>.Create(Compare));
        foreach (var run in runs.Select((_, run) => Run(run)).Append(held))
        {
            Queue(run.GetEnumerator());
        }
        AuditPair? last = null;
        var seen = new HashSet<(int, int, int)>();
        while (merged.TryDequeue(out var run, out var pair))
        {
            if ((last is not { } before || (before.Comparison, before.Row, before.OtherRow) != (pair.Comparison, pair.Row, pair.OtherRow))
                && (!directed || !comparisons[pair.Comparison].Inside || seen.Add((pair.Comparison, pair.Row, pair.OtherRow))))
            {
                yield return pair;
            }
            last = pair;
            Queue(run);
        }

        void Queue(IEnumerator<AuditPair> run)
        {
            if (run.MoveNext())
            {
                merged.Enqueue(run, run.Current);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => spill?.Dispose();

    private void Spill()
    {
        spill ??= new FileStream(
            TemporaryFile.NameOf(Path.Combine(folder, "pairs")), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        held.Sort(Compare);
        spill.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(held)));
        runs.Add(held.Count);
        held.Clear();
    }

    private IEnumerable<AuditPair> Run(int run)
    {
        var pairs = new AuditPair[PairsAtOnce];
        for (var next = 0; next < runs[run]; next += pairs.Length)
        {
            var count = Math.Min(pairs.Length, runs[run] - next);
            // Every run is full: only full ones are spilled.
            spill!.Position = (((long)run * runPairs) + next) * Unsafe.SizeOf<AuditPair>();
            spill.ReadExactly(MemoryMarshal.AsBytes(pairs.AsSpan(0, count)));
            for (var i = 0; i < count; i++)
            {
                yield return pairs[i];
            }
        }
    }

    private int Compare(AuditPair a, AuditPair b)
    {
        var order = b.Similarity.CompareTo(a.Similarity);
        order = order != 0 ? order : b.Exact.CompareTo(a.Exact);
        order = order != 0 ? order : string.CompareOrdinal(comparisons[a.Comparison].Split.IdOf(a.Row), comparisons[b.Comparison].Split.IdOf(b.Row));
        order = order != 0 ? order : string.CompareOrdinal(comparisons[a.Comparison].Other.IdOf(a.OtherRow), comparisons[b.Comparison].Other.IdOf(b.OtherRow));
        order = order != 0 ? order : a.Comparison.CompareTo(b.Comparison);
        return order != 0 ? order : a.Rank.CompareTo(b.Rank);
    }
}
