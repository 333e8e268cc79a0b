using ParquetPool.Trainer.Embedding;

namespace ParquetPool.Trainer.Tests.Embedding;

public sealed class CopyScoreTests
{
    [Fact]
    public void The_score_is_what_plain_arithmetic_says()
    {
        float[] rows = [1, 0, 0, 2, -1, 0];
        float[] copies = [2, 0.2f, 0.1f, 1, 0.5f, 1];
        double Cosine(int c, int r) => ((copies[2 * c] * rows[2 * r]) + (copies[(2 * c) + 1] * rows[(2 * r) + 1]))
            / Math.Sqrt(((copies[2 * c] * copies[2 * c]) + (copies[(2 * c) + 1] * copies[(2 * c) + 1])) * ((rows[2 * r] * rows[2 * r]) + (rows[(2 * r) + 1] * rows[(2 * r) + 1])));

        var score = CopyScore.Of(copies, rows, 2);

        score.Found.Should().BeApproximately(2 / 3.0, 1e-12, "the third copy is nearer to the second row");
        score.Loss.Should().BeApproximately(
            Enumerable.Range(0, 3).Average(c => Math.Log(Enumerable.Range(0, 3).Sum(r => Math.Exp(10 * Cosine(c, r)))) - (10 * Cosine(c, c))), 1e-5);
    }

    [Fact]
    public void A_copy_as_near_to_another_row_as_to_its_own_is_not_found() => CopyScore.Of([1, 0, 0, 1], [1, 1, 1, 1], 2).Found.Should().Be(0);

    [Fact]
    public void A_row_of_zeros_is_like_no_other() => CopyScore.Of([0, 0, 1, 1], [0, 0, 1, 1], 2).Found.Should().Be(0.5);
}
