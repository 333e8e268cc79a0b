using ParquetPool.Scorer.Overlaps;

namespace ParquetPool.Scorer.Tests.Overlaps;

public class OverlapSearchTests
{
    private static readonly byte[,] Whole = new Texture(1).Seen(0, 0, 1, 0.75, 64, 48);
    private static readonly byte[,] Part = new Texture(1).Seen(0.3, 0.1, 0.5, 0.375, 60, 45);

    [Theory]
    [InlineData(0, false, "the second is 50 % by 50 % of the first")]
    [InlineData(1, false, "the second is 50 % by 50 % of the first; turned by 90°")]
    [InlineData(2, false, "the second is 50 % by 50 % of the first; upside down")]
    [InlineData(3, false, "the second is 50 % by 50 % of the first; turned by 90°")]
    [InlineData(0, true, "the second is 50 % by 50 % of the first; mirrored")]
    [InlineData(1, true, "the second is 50 % by 50 % of the first; turned by 90° and mirrored")]
    [InlineData(2, true, "the second is 50 % by 50 % of the first; mirrored top to bottom")]
    [InlineData(3, true, "the second is 50 % by 50 % of the first; turned by 90° and mirrored")]
    public void A_part_is_found_however_it_is_laid(int quarters, bool mirrored, string expected)
    {
        var part = Enumerable.Range(0, quarters).Aggregate(mirrored ? Texture.Mirrored(Part) : Part, (before, _) => Texture.Turned(before));
        var (overlap, similarity) = OverlapSearch.Of(Texture.Grey(Whole), Texture.Grey(part));

        Rounded(overlap.Words()).Should().Be(expected);
        similarity.Should().BeGreaterThan(0.7);
        var (swapped, same) = OverlapSearch.Of(Texture.Grey(part), Texture.Grey(Whole));
        (swapped.Swapped(), same).Should().Be((overlap, similarity));
        swapped.Words().Should().StartWith("the first is");
    }

    [Fact]
    public void Neither_light_nor_size_nor_proportions_hide_a_copy()
    {
        var texture = new Texture(1);
        foreach (var copy in new[] { texture.Seen(0, 0, 1, 0.75, 64, 48, 0.5, 40), texture.Seen(0, 0, 1, 0.75, 40, 30), texture.Seen(0, 0, 1, 0.75, 52, 48) })
        {
            var (overlap, similarity) = OverlapSearch.Of(Texture.Grey(Whole), Texture.Grey(copy));
            overlap.Words().Should().Be("the same picture");
            similarity.Should().BeGreaterThan(0.7);
        }
    }

    [Fact]
    public void Pictures_of_other_scenes_and_flat_ones_do_not_fit()
    {
        for (ulong seed = 2; seed < 8; seed++)
        {
            OverlapSearch.Of(Texture.Grey(Whole), Texture.Grey(new Texture(seed).Seen(0, 0, 1, 0.75, 64, 48))).Overlap.Fits.Should().BeFalse();
        }
        OverlapSearch.Of(Texture.Grey(new byte[48, 64]), Texture.Grey(new byte[48, 64])).Overlap.Words().Should().BeNull();
        OverlapSearch.Of(Texture.Grey(Whole), Texture.Grey(new byte[1, 1])).Overlap.Fits.Should().BeFalse();
        OverlapSearch.Of(Texture.Grey(Whole), Texture.Grey(new byte[1, 64])).Overlap.Fits.Should().BeFalse();
    }

    [Fact]
    public void A_small_part_must_fit_better_than_a_large_one()
    {
        OverlapSearch.Of(Texture.Grey(Part), Texture.Grey(Part)).Similarity.Should().BeInRange(0.999, 1);
        OverlapSearch.Similarity(1, 100).Should().Be(1);
        OverlapSearch.Similarity(0.7, 4096).Should().BeApproximately(0, 1e-9);
        OverlapSearch.Similarity(0.85, 1024).Should().BeApproximately(0.5, 1e-9);
        OverlapSearch.Similarity(0.85, 256).Should().BeApproximately(1 - (0.15 * 1.6 / 0.3), 1e-9);
        OverlapSearch.Similarity(-1, 16).Should().Be(-1);
    }

    /// <summary>A pixel more or less of 64 is no other share.</summary>
    private static string? Rounded(string? words) => words is null ? null : System.Text.RegularExpressions.Regex.Replace(words, @"(4[5-9]|5[0-5]) %", "50 %");
}
