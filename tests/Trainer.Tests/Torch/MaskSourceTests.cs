using ParquetPool.Trainer.Torch;

namespace ParquetPool.Trainer.Tests.Torch;

public class MaskSourceTests
{
    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void Drops_the_share_asked_for_and_keeps_the_mean(float ratio)
    {
        var mask = Draw(ratio, 200_000);
        mask.Average(m => m == 0 ? 1.0 : 0).Should().BeApproximately(ratio, 0.005);
        mask.Where(m => m != 0).Distinct().Should().ContainSingle().Which.Should().Be(1 / (1 - ratio));
    }

    [Fact]
    public void A_row_has_the_same_mask_in_a_larger_batch() =>
        Draw(0.5f, 64 * 100).Should().Equal(Draw(0.5f, 64 * 300).Take(64 * 100));

    [Fact]
    public void Seed_step_and_site_each_change_the_mask()
    {
        var mask = Draw(0.5f, 100);
        Draw(0.5f, 100, seed: 2).Should().NotEqual(mask);
        Draw(0.5f, 100, seed: 1UL << 40).Should().NotEqual(mask);
        Draw(0.5f, 100, step: 1).Should().NotEqual(mask);
        Draw(0.5f, 100, site: 1).Should().NotEqual(mask);
    }

    [Fact]
    public void Vector_and_scalar_arithmetic_agree()
    {
        var bits = Enumerable.Range(0, 1003).Select(i => (ushort)(i * 2654435761u >> 7)).ToArray();
        var (fast, plain) = (new float[1003], new float[1003]);
        MaskSource.Spread(bits, 30000, 2, fast);
        MaskSource.SpreadScalar(bits, 30000, 2, plain);
        fast.Should().Equal(plain);
    }

    private static float[] Draw(float ratio, int count, ulong seed = 1, uint step = 0, uint site = 0)
    {
        var mask = new float[count];
        MaskSource.Fill(seed, step, site, ratio, mask);
        return mask;
    }
}
