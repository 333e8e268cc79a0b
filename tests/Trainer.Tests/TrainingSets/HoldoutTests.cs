using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.TrainingSets;

public class HoldoutTests
{
    [Fact]
    public void The_place_of_an_id_never_changes() =>
        new[] { "train-0", "train-1", "zürich" }.Select(Holdout.Place).Should().Equal(0.49946400307183436, 0.4723407534872479, 0.22485506083697404);

    [Fact]
    public void A_row_held_out_stays_held_out_when_labels_come_in()
    {
        var before = Holdout.Split(Rows(500), 0.1).Holdout.Select(r => r.Id).ToArray();
        var after = Holdout.Split(Rows(2000), 0.1).Holdout.Select(r => r.Id).ToArray();

        after.Should().Contain(before);
        before.Should().HaveCountGreaterThan(30).And.HaveCountLessThan(75);
        after.Should().HaveCountGreaterThan(150).And.HaveCountLessThan(250);
    }

    [Theory]
    [InlineData(1e-9)]
    [InlineData(0.5)]
    [InlineData(0.999999)]
    public void One_row_is_held_out_at_least_and_every_class_keeps_one(double share)
    {
        var (training, holdout) = Holdout.Split(Rows(30), share);

        holdout.Should().NotBeEmpty();
        training.Select(r => r.Class).Distinct().Should().BeEquivalentTo([0, 1, 2]);
    }

    private static LabelledRow[] Rows(int count) => [.. Enumerable.Range(0, count).Select(i => new LabelledRow($"row-{i}", [], i % 3))];
}
