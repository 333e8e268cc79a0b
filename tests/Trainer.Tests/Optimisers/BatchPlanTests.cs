using ParquetPool.Trainer.Optimisers;

namespace ParquetPool.Trainer.Tests.Optimisers;

public class BatchPlanTests
{
    public static MatrixTheoryData<Batching, (int Rows, int BatchRows)> Plans => new(Enum.GetValues<Batching>(), [(1, 64), (64, 64), (65, 64), (127, 64), (1803, 64), (10, 1)]);

    [Theory]
    [MemberData(nameof(Plans))]
    public void Every_row_comes_once(Batching batching, (int Rows, int BatchRows) of)
    {
        var plan = new BatchPlan(batching, of.BatchRows);

        var batches = plan.Epoch(of.Rows, seed: 3, epoch: 1).ToArray();

        batches.SelectMany(b => b).Order().Should().Equal(Enumerable.Range(0, of.Rows));
        batches.Should().HaveCount(plan.Count(of.Rows)).And.OnlyContain(b => b.Count >= 1 && b.Count <= plan.MostRows);
    }

    [Theory]
    [InlineData(1, 64)]
    [InlineData(65, 64)]
    [InlineData(1803, 64)]
    public void Balanced_batches_have_nearly_one_size(int rows, int batchRows)
    {
        var sizes = Sizes(Batching.Balanced, rows, batchRows);

        sizes.Max().Should().BeLessThanOrEqualTo(batchRows).And.BeLessThanOrEqualTo(sizes.Min() + 1);
    }

    [Fact]
    public void Fixed_batches_leave_the_rest_to_the_last()
    {
        Sizes(Batching.Fixed, 130, 64).Should().Equal(64, 64, 2);
        Sizes(Batching.Fixed, 128, 64).Should().Equal(64, 64);
    }

    [Fact]
    public void Published_batches_spread_the_rest_but_for_fewer_rows_than_there_are_batches()
    {
        // 10 batches of 64 leave 63: each takes 6 more, and 3 are left.
        Sizes(Batching.Published, 703, 64).Should().Equal([.. Enumerable.Repeat(70, 10), 3]);
        Sizes(Batching.Published, 127, 64).Should().Equal(127);
        Sizes(Batching.Published, 128, 64).Should().Equal(64, 64);
        Sizes(Batching.Published, 20, 64).Should().Equal(20);
        for (var rows = 64; rows < 1000; rows++)
        {
            var sizes = Sizes(Batching.Published, rows, 64);
            sizes[0].Should().Be(64 + (rows % 64 / (rows / 64)));
            sizes.Skip(rows / 64).Sum().Should().BeLessThan(rows / 64);
        }
    }

    [Fact]
    public void The_order_depends_on_seed_and_epoch_alone()
    {
        int[] Order(ulong seed, int epoch, Batching batching = Batching.Balanced) => [.. new BatchPlan(batching, 16).Epoch(100, seed, epoch).SelectMany(b => b)];

        Order(1, 1).Should().Equal(Order(1, 1)).And.NotEqual(Order(1, 2)).And.NotEqual(Order(2, 1)).And.NotEqual(Order(1UL << 32, 1));
        Order(1, 1, Batching.Published).Should().Equal(Order(1, 1));
    }

    private static int[] Sizes(Batching batching, int rows, int batchRows) => [.. new BatchPlan(batching, batchRows).Epoch(rows, 1, 1).Select(b => b.Count)];
}
