using ParquetPool.Scorer.Committees;

namespace ParquetPool.Scorer.Tests.Committees;

public class MemberMasksTests
{
    private const ulong Seed = 0x9_0000_0003;

    [Theory]
    [InlineData(0.5f, 20, 10)]
    [InlineData(0.25f, 20, 5)]
    [InlineData(0.3f, 10, 3)]
    [InlineData(0.1f, 100, 10)]
    [InlineData(0.5f, 2, 1)]
    public void BalancedMasksDropEachUnitInExactlyItsShareOfTheMembers(float ratio, int members, int dropped) =>
        Dropped(MemberMasks.Kept(Seed, Site(ratio), members, MaskKind.Balanced)).Should().OnlyContain(d => d == dropped);

    [Theory]
    [InlineData(0.5f, 5, 2, 0.5)]
    [InlineData(0.25f, 3, 0, 0.75)]
    [InlineData(0.3f, 1, 0, 0.3)]
    [InlineData(0.9f, 1, 0, 0.9)]
    public void WhereTheShareIsNoWholeNumberTheSeedChoosesBetweenItsNeighbours(float ratio, int members, int least, double more)
    {
        var dropped = Dropped(MemberMasks.Kept(Seed, Site(ratio), members, MaskKind.Balanced));

        dropped.Should().OnlyContain(d => d == least || d == least + 1);
        dropped.Average(d => d - least).Should().BeApproximately(more, 0.03);
    }

    [Theory]
    [InlineData(MaskKind.Balanced)]
    [InlineData(MaskKind.Independent)]
    public void MasksAreTheDocumentedOnes(MaskKind kind)
    {
        var kept = MemberMasks.Kept(Seed, Site(0.3f, 37), 7, kind);

        for (var member = 0; member < 7; member++)
        {
            kept[member].Should().Equal(Enumerable.Range(0, 37).Where(unit => kind == MaskKind.Balanced
                ? DocumentedMasks.KeepsBalanced(Seed, 2, member, unit, 0.3f, 7)
                : DocumentedMasks.KeepsIndependently(Seed, 2, member, unit, 0.3f)));
        }
    }

    [Theory]
    [InlineData(MaskKind.Balanced)]
    [InlineData(MaskKind.Independent)]
    public void EveryMemberDropsAboutItsShareAndSeedsSitesAndMembersDiffer(MaskKind kind)
    {
        var kept = MemberMasks.Kept(Seed, Site(0.5f), 20, kind);

        kept.Select(k => k.Length / 4000.0).Should().OnlyContain(share => Math.Abs(share - 0.5) < 0.04);
        kept.Select(k => string.Join(',', k)).Should().OnlyHaveUniqueItems();
        MemberMasks.Kept(Seed + 1, Site(0.5f), 20, kind)[0].Should().NotEqual(kept[0]);
        MemberMasks.Kept(Seed, Site(0.5f) with { Ordinal = 3 }, 20, kind)[0].Should().NotEqual(kept[0]);
    }

    private static DropoutSite Site(float ratio, int width = 4000) => new(2, "dropout", "in", "out", ratio, [1, width]);

    /// <summary>How many members drop each unit.</summary>
    private static int[] Dropped(int[][] kept)
    {
        var dropped = new int[4000];
        Array.Fill(dropped, kept.Length);
        foreach (var unit in kept.SelectMany(k => k))
        {
            dropped[unit]--;
        }
        return dropped;
    }
}
