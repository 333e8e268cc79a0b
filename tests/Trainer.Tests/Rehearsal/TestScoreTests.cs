using ParquetPool.Trainer.Rehearsal;

namespace ParquetPool.Trainer.Tests.Rehearsal;

public sealed class TestScoreTests
{
    [Fact]
    public void Gives_what_the_definitions_give()
    {
        // Four rows of two classes; the second and the third are predicted wrong.
        float[] probabilities = [0.9f, 0.1f, 0.6f, 0.4f, 0.3f, 0.7f, 0.2f, 0.8f];

        var score = TestScore.Of(probabilities, [0, 1, 0, 1], classes: 2);

        score.Accuracy.Should().Be(0.5);
        score.MacroF1.Should().BeApproximately(0.5, 1e-12, "each class has one row right, two rows and two predictions");
        score.Loss.Should().BeApproximately(-(Math.Log(0.9) + Math.Log(0.4) + Math.Log(0.3) + Math.Log(0.8)) / 4, 1e-6);
        // Every prediction lies in a bin of its own.
        score.CalibrationError.Should().BeApproximately((Math.Abs(0.9 - 1) + 0.6 + 0.7 + Math.Abs(0.8 - 1)) / 4, 1e-6);
    }

    [Fact]
    public void Rows_without_a_class_do_not_count()
    {
        float[] probabilities = [0.9f, 0.1f, 0.6f, 0.4f, 0.3f, 0.7f];

        TestScore.Of(probabilities, [0, -1, 1], classes: 2).Should().Be(TestScore.Of([0.9f, 0.1f, 0.3f, 0.7f], [0, 1], classes: 2));
    }

    [Fact]
    public void A_class_that_does_not_occur_has_no_part_in_macro_F1()
    {
        TestScore.Of([0.8f, 0.1f, 0.1f], [0], classes: 3).MacroF1.Should().Be(1);
    }
}
