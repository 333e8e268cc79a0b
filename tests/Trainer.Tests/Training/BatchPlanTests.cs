using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Training;

public class BatchPlanTests
{
    [Theory]
    [InlineData(1, 64)]
    [InlineData(64, 64)]
    [InlineData(65, 64)]
    [InlineData(1803, 64)]
    [InlineData(10, 1)]
    public void Every_row_comes_once_in_batches_of_nearly_one_size(int rows, int batchRows)
    {
        var batches = BatchPlan.Epoch(rows, batchRows, seed: 3, epoch: 1).ToArray();

        batches.SelectMany(b => b).Order().Should().Equal(Enumerable.Range(0, rows));
        batches.Should().HaveCount(BatchPlan.Count(rows, batchRows));
        batches.Max(b => b.Count).Should().BeLessThanOrEqualTo(batchRows).And.BeLessThanOrEqualTo(batches.Min(b => b.Count) + 1);
    }

    [Fact]
    public void The_order_depends_on_seed_and_epoch_alone()
    {
        int[] Order(ulong seed, int epoch) => [.. BatchPlan.Epoch(100, 16, seed, epoch).SelectMany(b => b)];

        Order(1, 1).Should().Equal(Order(1, 1)).And.NotEqual(Order(1, 2)).And.NotEqual(Order(2, 1)).And.NotEqual(Order(1UL << 32, 1));
    }
}
