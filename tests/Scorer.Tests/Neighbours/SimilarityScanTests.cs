using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Tests.Neighbours;

public sealed class SimilarityScanTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(100)]
    [InlineData(512)]
    public void All_lanes_find_the_same(int length)
    {
        var random = new Random(length);
        var products = Enumerable.Range(0, length).Select(_ => random.NextSingle()).ToArray();
        var scales = Enumerable.Range(0, length).Select(_ => 1 + random.NextSingle()).ToArray();
        foreach (var floor in new[] { float.NegativeInfinity, 0f, 0.5f, 1.2f, 2f })
        {
            var expected = Enumerable.Range(0, length).Where(i => products[i] * scales[i] >= floor).ToArray();
            foreach (var lanes in Enum.GetValues<ScanLanes>())
            {
                var hits = new int[length];
                var count = SimilarityScan.Find(products, scales, floor, hits, lanes);
                hits[..count].Should().Equal(expected);
            }
        }
    }

    [Fact]
    public void A_product_on_the_floor_is_found()
    {
        var products = Enumerable.Repeat(0.25f, 40).ToArray();
        var scales = Enumerable.Repeat(1.5f, 40).ToArray();
        foreach (var lanes in Enum.GetValues<ScanLanes>())
        {
            SimilarityScan.Find(products, scales, 0.375f, new int[40], lanes).Should().Be(40);
            SimilarityScan.Find(products, scales, MathF.BitIncrement(0.375f), new int[40], lanes).Should().Be(0);
        }
    }
}
