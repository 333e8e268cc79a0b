using ParquetPool.Contract;

namespace ParquetPool.Shared.Tests.Contract;

public sealed class FeatureScalesTests
{
    private const int Width = 4;

    [Theory]
    [InlineData(0, 10, 0, true)]
    [InlineData(0, 0.01f, 0, true)]
    [InlineData(0, -1, 0, true)]
    [InlineData(0, 1, 273.15f, true)]
    [InlineData(1, 1000, 0, true)]
    [InlineData(1, 10, 0, true)]
    [InlineData(1, 0.001f, 0, true)]
    [InlineData(2, -1, 1, true)] // A picture's border, black, that was inverted.
    [InlineData(0, 1.1f, 0, false)]
    [InlineData(1, 2, 0, false)]
    [InlineData(1, -1, 0, false)] // Nobody can tell: they lie around 0.
    [InlineData(3, 1, 1e-6f, false)]
    public void OneFeatureOfManyOnAnotherScaleIsFound(int feature, float factor, float shift, bool isTold)
    {
        var (learnt, pool) = (Rows(300), Rows(256));
        for (var at = feature; at < pool.Length; at += Width)
        {
            pool[at] = (pool[at] * factor) + shift;
        }

        var told = Of(learnt).Difference(Of(pool));

        (told is not null).Should().Be(isTold, told);
        (told ?? $"feature {feature} (of 0 to 3) ").Should().StartWith($"feature {feature} (of 0 to 3) ");
        Of(learnt).Difference(Of(Rows(256))).Should().BeNull();
    }

    [Fact]
    public void RowsOfOneClassAreOnTheSameScaleThoughTheyLieElsewhere()
    {
        float[] Classes(int from, int classes) => [.. Enumerable.Range(0, 1000).SelectMany(i => new[] { (10 * (from + (i % classes))) + (i % 7 / 7f), (i % classes) + from == 9 ? 1 : 0 })];

        foreach (var only in Enumerable.Range(0, 10))
        {
            FeatureScales.Of(Classes(0, 10), 2)!.Difference(FeatureScales.Of(Classes(only, 1), 2)!).Should().BeNull($"class {only}");
        }
    }

    [Fact]
    public void FewRowsRowsWithoutNumbersAndOtherWidthsSayNothing()
    {
        FeatureScales.Of(Rows(99), Width).Should().BeNull();
        FeatureScales.Of([.. Rows(99), float.NaN, 1, 1, 1, 1, float.PositiveInfinity, 1, 1], Width).Should().BeNull();
        Of(Rows(200)).Difference(FeatureScales.Of([.. Rows(200).Select(number => 1000 * number)], 2)!).Should().BeNull();
        Of([.. Rows(200), float.NaN, 1e9f, 1e9f, 1e9f]).Numbers.Should().Equal(Of(Rows(200)).Numbers);
    }

    /// <summary>Lengths of 50 to 100, numbers around 0, always 0, and always 5.</summary>
    private static float[] Rows(int count) => [.. Enumerable.Range(0, count).SelectMany(row => new[] { 50 + (row * 37 % 51), (row * 53 % 101 / 50f) - 1, 0, 5 })];

    private static FeatureScales Of(float[] rows) => FeatureScales.Of(rows, Width)!;
}
