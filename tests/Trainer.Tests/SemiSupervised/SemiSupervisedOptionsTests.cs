using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.SemiSupervised;

namespace ParquetPool.Trainer.Tests.SemiSupervised;

public class SemiSupervisedOptionsTests
{
    [Theory]
    [InlineData(LearningMethod.Supervised, AugmentStrength.None)]
    [InlineData(LearningMethod.NoisyStudent, AugmentStrength.Light)]
    [InlineData(LearningMethod.MixMatch, AugmentStrength.Light)]
    [InlineData(LearningMethod.FixMatch, AugmentStrength.Light)]
    [InlineData(LearningMethod.GmDgm, AugmentStrength.None)]
    internal void CopiesAreAlteredLightlyWhereNobodySaysHowMuch(LearningMethod method, AugmentStrength strength) =>
        new SemiSupervisedOptions { Method = method }.UsualStrength.Should().Be(strength);
}
