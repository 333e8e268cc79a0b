using ParquetPool.Trainer.Reports;

namespace ParquetPool.Trainer.Tests.Reports;

public sealed class HoldoutResultsTests
{
    private static readonly HoldoutResults Results = new(
    [
        new("a", 0, 0, 0.95, 0.05), new("b", 0, 1, 0.97, 3.5), new("c", 1, 1, 0.59, 0.6), new("d", 2, 1, 0.55, 0.8),
    ]);

    [Fact]
    public void CalibrationComparesHowSureTheModelIsWithHowOftenItIsRight()
    {
        Results.Accuracy.Should().Be(0.5);
        Results.Calibration.Should().HaveCount(2);
        (Results.Calibration[0].Rows, Results.Calibration[0].Accuracy).Should().Be((2, 0.5));
        Results.Calibration[1].Confidence.Should().BeApproximately(0.96, 1e-12);
        Results.CalibrationError.Should().BeApproximately(((0.57 - 0.5) * 0.5) + ((0.96 - 0.5) * 0.5), 1e-12);
    }

    [Fact]
    public void ElevenRowsThatAreAllRightDoNotTellItExactly()
    {
        HoldoutResults.MarginOf(1, 11).Should().BeApproximately(1.96 / 11, 1e-12);
        HoldoutResults.MarginOf(0.5, 100).Should().BeApproximately(0.098, 1e-12);
    }

    [Fact]
    public void ConfusionsAreCountedByClassAndPrediction() =>
        Results.Confusion(3).Cast<int>().Should().Equal(1, 1, 0, 0, 1, 0, 0, 1, 0);
}
