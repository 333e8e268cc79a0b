using ParquetPool.Errors;

namespace ParquetPool.Shared.Tests.Errors;

public class OptionRangeTests
{
    private sealed record Cut(int Rows, double? Cosine, float Rate)
    {
        public static readonly OptionRanges<Cut> Ranges = new()
        {
            { "--rows", cut => cut.Rows, OptionRange.Between(1, 10) },
            { "--cosine", cut => cut.Cosine, OptionRange.Cosine },
            { "--rate", cut => cut.Rate, OptionRange.Part.Because("some must be left") },
        };
    }

    [Theory]
    [InlineData(1, null, 0.5f)]
    [InlineData(10, -1.0, 0.99f)]
    public void WhatIsInRangeOrNotGivenPasses(int rows, double? cosine, float rate) =>
        FluentActions.Invoking(() => Cut.Ranges.Require(new Cut(rows, cosine, rate))).Should().NotThrow();

    [Theory]
    [InlineData(0, null, 0.5f, "--rows is 0, expected 1 to 10", "--rows")]
    [InlineData(11, 2.0, 0.5f, "--rows is 11, expected 1 to 10", "--rows")]
    [InlineData(5, 1.5, 0.5f, "--cosine 1.5 is no cosine, expected -1 to 1: near-duplicates lie close to 1", "--cosine")]
    [InlineData(5, double.NaN, 0.5f, "--cosine NaN is no cosine, *", "--cosine")]
    [InlineData(5, 1.0, 1f, "--rate is 1, expected above 0 and below 1: some must be left", "--rate")]
    [InlineData(5, 1.0, float.NaN, "--rate is NaN, *", "--rate")]
    public void TheFirstOutOfItsRangeIsNamed(int rows, double? cosine, float rate, string message, string option) =>
        FluentActions.Invoking(() => Cut.Ranges.Require(new Cut(rows, cosine, rate))).Should().Throw<UsageException>().WithMessage(message).Which.Options.Should().Equal(option);

    [Fact]
    public void AnErrorKnowsTheOptionsThatItNames() =>
        new UsageException("--all-pairs is given without --threshold, expected both: --threshold 0.98, say; see pairs--all").Options.Should().Equal("--all-pairs", "--threshold");
}
