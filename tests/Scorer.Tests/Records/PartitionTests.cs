using ParquetPool.Errors;
using ParquetPool.Scorer.Records;

namespace ParquetPool.Scorer.Tests.Records;

public sealed class PartitionTests
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 1000).Select(i => $"part-{i:D5}")];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void EveryShardBelongsToOnePartitionAndTheSharesAreAboutEven(int count)
    {
        var shares = Enumerable.Range(1, count).Select(index => Names.Where(new Partition(index, count).Has).ToList()).ToList();

        shares.SelectMany(s => s).Should().BeEquivalentTo(Names);
        shares.Should().OnlyContain(s => s.Count > 800 / count && s.Count < 1250 / count);
    }

    /// <summary>A release that moved shards would make half-done partitions worthless.</summary>
    [Fact]
    public void TheShareOfANameIsFixedForEver() =>
        new[] { "part-00000", "part-00001", "part-00002", "größe" }.Select(name => Enumerable.Range(1, 8).Single(i => new Partition(i, 8).Has(name))).Should().Equal(2, 7, 7, 8);

    [Theory]
    [InlineData("0/8")]
    [InlineData("9/8")]
    [InlineData("3")]
    [InlineData("3/8/1")]
    [InlineData("-1/8")]
    [InlineData("a/b")]
    public void AnythingElseIsAUsageError(string text)
    {
        var act = () => Partition.Parse(text);

        act.Should().Throw<UsageException>().WithMessage($"*'{text}'*");
    }

    [Fact]
    public void ReadsAndPrintsTheSame() => Partition.Parse("3/8").Should().Be(new Partition(3, 8)).And.Subject.ToString().Should().Be("3/8");
}
