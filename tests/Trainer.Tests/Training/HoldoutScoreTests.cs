using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Training;

public class HoldoutScoreTests
{
    [Fact]
    public void Loss_and_accuracy_of_logits_written_out()
    {
        LabelledRow[] rows = [new("a", [], 0), new("b", [], 1), new("c", [], 1)];

        var score = HoldoutScore.Of([0, 0, 1000, 0, -1, 2], rows);

        score.Accuracy.Should().BeApproximately(2 / 3.0, 1e-12, "of equal logits the first counts");
        score.Loss.Should().BeApproximately((Math.Log(2) + 1000 + Math.Log(1 + Math.Exp(-3))) / 3, 1e-12);
    }
}
