using ParquetPool.Errors;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.TrainingSets;

public class TrainingSetTests
{
    [Fact]
    public void Classes_are_ordered_as_numbers_where_all_are_integers()
    {
        Classes("10", "9", "-1", "9", "10", "-1").Should().Equal("-1", "9", "10");
        Classes("10", "9", "x", "x").Should().Equal("10", "9", "x");
    }

    [Fact]
    public void The_order_of_the_rows_does_not_matter()
    {
        var rows = Enumerable.Range(0, 50).Select(r => ($"row-{r}", Blobs.Features(r), Blobs.Label(r))).ToArray();

        var forwards = TrainingSet.Of(Blobs.Columns, rows, 0.3);
        var backwards = TrainingSet.Of(Blobs.Columns, rows.Reverse(), 0.3);

        backwards.Training.Should().Equal(forwards.Training, Same);
        backwards.Holdout.Should().Equal(forwards.Holdout, Same);
        forwards.Training.Concat(forwards.Holdout).Should().HaveCount(50).And.OnlyHaveUniqueItems(r => r.Id);
    }

    [Fact]
    public void One_class_is_refused() =>
        FluentActions.Invoking(() => Classes("a", "a", "a")).Should().Throw<DataException>().WithMessage("the 3 labels name 1 class ('a'), expected two or more*");

    [Fact]
    public void Labels_that_leave_nothing_to_measure_by_are_refused() =>
        FluentActions.Invoking(() => Classes("a", "b", "c")).Should().Throw<DataException>().WithMessage("3 labels of 3 classes: no row can be held out*");

    private static IReadOnlyList<string> Classes(params string[] labels) =>
        TrainingSet.Of(Blobs.Columns, labels.Select((label, i) => ($"{i}", Blobs.Features(i), label)), 0.1).Classes;

    private static bool Same(LabelledRow a, LabelledRow b) => a.Id == b.Id && a.Class == b.Class && a.Features.SequenceEqual(b.Features);
}
