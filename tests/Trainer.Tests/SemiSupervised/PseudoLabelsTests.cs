using ParquetPool.Trainer.SemiSupervised;

namespace ParquetPool.Trainer.Tests.SemiSupervised;

public class PseudoLabelsTests
{
    [Fact]
    public void Targets_are_the_teachers_probabilities()
    {
        var labels = PseudoLabels.Of([0, MathF.Log(3), MathF.Log(9), 0], classes: 2);

        labels.Targets[0].Should().Equal([0.25f, 0.75f], (a, b) => Math.Abs(a - b) < 1e-6);
        labels.Targets[1].Should().Equal([0.9f, 0.1f], (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Unsure_rows_are_left_out_and_rarer_classes_come_up_to_the_most_frequent_surest_rows_first()
    {
        // Rows 0 to 4 are surely of class 0, 5 and 6 of class 1 (6 the surer), 7 is split among three.
        float[] logits = [.. Enumerable.Range(0, 5).SelectMany(_ => new float[] { 4, 0, 0 }), 0, 3, 0, 0, 5, 0, 1, 1, 1];

        var labels = PseudoLabels.Of(logits, classes: 3);

        labels.ByClass.Should().Equal(5, 2, 0);
        labels.Count.Should().Be(7, "copies of a row are one pseudo-label");
        labels.Rows.Should().Equal(0, 1, 2, 3, 4, 6, 5, 6, 5, 6);
    }

    [Fact]
    public void No_row_is_copied_more_than_ten_times() =>
        PseudoLabels.UpSampled([3, 8], 1000).CountBy(row => row).Should().BeEquivalentTo(new Dictionary<int, int> { [3] = 10, [8] = 10 });

    [Fact]
    public void A_teacher_that_is_no_number_anywhere_teaches_nothing() => PseudoLabels.Of([float.NaN, float.NaN], classes: 2).Count.Should().Be(0);
}
