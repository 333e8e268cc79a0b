using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Audits;

/// <summary>What of the vectors stays in memory and what is streamed.</summary>
/// <param name="TrainStays">The training split is read once and kept.</param>
/// <param name="TestStays">The whole test split is one part.</param>
/// <param name="TestBlocksAtOnce">Blocks of a part of the test split, at least one.</param>
internal sealed record MemoryPlan(bool TrainStays, bool TestStays, int TrainBlockRows, int TestBlockRows, int TestBlocksAtOnce)
{
    private const int PerMebibyte = 1 << 20;

    /// <summary>Keeps as much as fits in the given number of MiB.</summary>
    public static MemoryPlan Make(long trainRows, long testRows, int width, int megabytes)
    {
        var (trainBlock, testBlock) = (EmbeddingBlock.EvenRows(trainRows), EmbeddingBlock.EvenRows(testRows));
        var rowBytes = (long)width * sizeof(float);
        var budget = (long)megabytes * PerMebibyte;
        var trainStays = trainRows * rowBytes <= budget / 2;
        var rest = trainStays ? budget - (trainRows * rowBytes) : budget;
        var blocks = Math.Max(1, rest / (testBlock * rowBytes));
        return blocks * testBlock >= testRows
            ? new MemoryPlan(trainStays, TestStays: true, trainBlock, testBlock, int.MaxValue)
            : new MemoryPlan(trainStays, TestStays: false, trainBlock, testBlock, (int)blocks);
    }
}
