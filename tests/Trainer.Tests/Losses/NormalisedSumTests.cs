using ParquetPool.Trainer.Losses;
using TorchSharp;

namespace ParquetPool.Trainer.Tests.Losses;

public class NormalisedSumTests
{
    [Theory]
    [InlineData(2, 0.5, 3, 0.25, 1, (2 + (3 / 0.25 * 0.5)) / 2)]
    [InlineData(2, 0.5, 1, 1, 3, (2 + (3 * 0.5)) / 4)]
    [InlineData(2, 0, 1, 0, 1, 1)]
    public void Both_losses_count_alike_by_their_means(double labelled, double pseudo, double labelledMean, double pseudoMean, double share, double expected)
    {
        using var scope = torch.NewDisposeScope();

        NormalisedSum.Of(Numbers.Tensor([labelled], []), Numbers.Tensor([pseudo], []), labelledMean, pseudoMean, share).item<double>().Should().BeApproximately(expected, 1e-12);
    }
}
