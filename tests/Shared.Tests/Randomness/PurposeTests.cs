using ParquetPool.Pictures;
using ParquetPool.Randomness;

namespace ParquetPool.Shared.Tests.Randomness;

public class PurposeTests
{
    private static readonly Purpose[] All = Enum.GetValues<Purpose>();

    [Fact]
    public void NoTwoPurposesHaveANumberInCommon()
    {
        var ranges = All.Select(purpose => (First: (long)purpose, Last: (long)purpose + (purpose is Purpose.LearntCopies or Purpose.SoughtCopies ? CopyDraws.Most - 1 : 0))).OrderBy(range => range.First).ToList();

        ranges.Zip(ranges.Skip(1)).Should().OnlyContain(pair => pair.First.Last < pair.Second.First);
        ranges[^1].Last.Should().BeLessThanOrEqualTo(uint.MaxValue);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(ulong.MaxValue)]
    public void TheSamePlacesGiveEveryPurposeOtherWords(ulong seed)
    {
        const int Places = 24;
        var places =
            from purpose in All
            from first in Enumerable.Range(0, Places)
            from second in Enumerable.Range(0, Places)
            select Block(seed, purpose, 0, (uint)first, (uint)second);

        places.Distinct().Should().HaveCount(All.Length * Places * Places);
    }

    /// <summary>What BatchBALD draws for row r was once what member r drops at site 1.</summary>
    [Fact]
    public void SampledLabelsAreNoMasks()
    {
        var masks = Enumerable.Range(0, 50).SelectMany(site => Enumerable.Range(0, 50).Select(member => Block(0, Purpose.MemberMasks, 0, (uint)member, (uint)site))).ToHashSet();

        Enumerable.Range(0, 50).Select(row => Block(0, Purpose.OutcomeLabels, 0, (uint)row, 0)).Should().NotIntersectWith(masks);
    }

    [Fact]
    public void AStreamDrawsForItsPurposeAlone()
    {
        var streams =
            from purpose in All
            from stream in Enumerable.Range(0, 10)
            select new PhiloxStream(0, purpose, (uint)stream) into drawn
            select (drawn.Uniform(), drawn.Uniform(), drawn.Uniform(), drawn.Uniform());

        streams.Distinct().Should().HaveCount(All.Length * 10);
    }

    /// <summary>Words that outputs of every version rest on: masks of committees and of training, first weights, orders, copies.</summary>
    [Theory]
    [InlineData(Purpose.MemberMasks, 0u)]
    [InlineData(Purpose.MaskShares, 1u)]
    [InlineData(Purpose.LearntCopies, 0x434F5059u)]
    [InlineData(Purpose.RowOrder, 0x53485546u)]
    [InlineData(Purpose.FirstWeights, 0x57454947u)]
    [InlineData(Purpose.TrainingMasks, 0x6D61736Bu)]
    public void APurposeIsTheLastWordOfTheCounter(Purpose purpose, uint last)
    {
        var words = new uint[4];
        Philox.Fill(7, 8, 5, 3, 2, last, words);
        Block(7 | (8UL << 32), purpose, 5, 3, 2).Should().Be((words[0], words[1], words[2], words[3]));
    }

    [Fact]
    public void TooManyCopiesAreRefused()
    {
        var act = () => new CopyDraws(0, Purpose.LearntCopies, 0, 0, CopyDraws.Most, new uint[4]).Between(0, 1);
        act.Should().Throw<ArgumentOutOfRangeException>();
    }

    private static (uint, uint, uint, uint) Block(ulong seed, Purpose purpose, uint block, uint first, uint second)
    {
        var words = new uint[4];
        Philox.Fill(seed, purpose, block, first, second, words);
        return (words[0], words[1], words[2], words[3]);
    }
}
