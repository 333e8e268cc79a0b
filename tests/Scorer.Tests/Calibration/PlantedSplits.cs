using ParquetPool.Randomness;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Tests.Neighbours;

namespace ParquetPool.Scorer.Tests.Calibration;

/// <summary>A test split of which some rows are altered copies of rows of the training split, and the nearest rows of each.</summary>
internal sealed class PlantedSplits
{
    private readonly Dictionary<int, int> originals = [];
    private readonly NeighbourDistances distances;
    private readonly (int Row, double Similarity)[] nearest;

    /// <param name="alter">Makes a copy; the number says which.</param>
    public PlantedSplits(float[][] train, float[][] test, int copies, ulong seed, Func<float[], int, PhiloxStream, float[]> alter)
    {
        var random = new PhiloxStream(seed, 1);
        test = [.. test];
        for (var copy = 0; copy < copies; copy++)
        {
            var (at, original) = ((int)((long)copy * test.Length / copies), random.Below(train.Length));
            (test[at], originals[at]) = (alter(train[original], copy, random), original);
        }
        distances = new NeighbourDistances(test.Length, within: false);
        nearest = new (int, double)[test.Length];
        var queries = Corpora.Blocks(test, 512);
        var result = NeighbourSearch.Run(
            queries, new ResidentBlocks(Corpora.Blocks(train, 512)), new NeighbourSearchOptions(NeighbourDistances.Kept, Threads: 2), _ => { }, TestContext.Current.CancellationToken);
        foreach (var (block, lists) in queries.Zip(result.Lists))
        {
            for (var i = 0; i < block.Count; i++)
            {
                distances.Set(block.RowAt(i), lists[i]);
                nearest[block.RowAt(i)] = (lists[i][0].Row, lists[i][0].Similarity);
            }
        }
        Curve = Calibrator.Curve("test-train", distances, row => (UInt128)(row * 7919L % 10007), seed: 0);
    }

    public CalibrationCurve Curve { get; }

    /// <summary>Of the nearest pairs from a cosine on, the share of copies beside their originals.</summary>
    /// <param name="naturalRatio">Rows that were not planted and whose nearest row is within this ratio of their second are natural duplicates, and left out.</param>
    public double PrecisionAt(double similarity, double naturalRatio = 0)
    {
        var listed = Enumerable.Range(0, nearest.Length)
            .Where(row => nearest[row].Similarity >= similarity && (originals.ContainsKey(row) || distances.Of(row, 1) > naturalRatio * distances.Of(row, 2)))
            .ToList();
        return listed.Count(row => originals.TryGetValue(row, out var original) && nearest[row].Row == original) / (double)listed.Count;
    }
}
