using ParquetPool.Errors;
using ParquetPool.Trainer.Pretraining;

namespace ParquetPool.Trainer.Tests.Pretraining;

public class TokenWindowsTests
{
    private static readonly float[][] Rows = [[5, 3, 3, 7, 0, 0], [3, 0, 0, 0, 0, 0], [7, 5, 3, 5, 7, 3]];
    private static readonly TokenWindows Windows = new(Rows, tokens: 9, padding: 0, seed: 1);

    [Fact]
    public void What_follows_is_told_at_the_place_before_it_and_padding_never()
    {
        Windows.Known.Should().Equal(3, 5, 7);
        var batch = Windows.Whole([Rows[0], Rows[1], [5, 8, 5, 0, 0, 0]]);

        batch.Places.Should().Equal(0, 1, 2, 12 + 1);
        batch.Targets.Should().Equal([0L, 0, 2, 1], "numbers of 3, 3, 7 and, behind the unknown 8, 5");
        batch.Unknown.Should().Be(1);
        batch.Rows.Should().BeEquivalentTo([Rows[0], Rows[1], [5, 8, 5, 0, 0, 0]], options => options.WithStrictOrdering());
    }

    [Fact]
    public void A_window_is_a_part_of_its_row_and_short_rows_stay_whole()
    {
        var cuts = Enumerable.Range(0, 40).Select(step => Windows.Cut(Rows, length: 4, step)).ToArray();

        foreach (var batch in cuts)
        {
            batch.Rows[0].Should().Equal(Rows[0]);
            batch.Rows[1].Should().Equal(Rows[1]);
            Enumerable.Range(0, 3).Select(start => (float[])[.. Rows[2].AsSpan(start, 4), 0, 0]).Should().ContainEquivalentOf(batch.Rows[2], options => options.WithStrictOrdering());
            batch.Places.Should().Equal(0, 1, 2, 12, 13, 14);
        }
        cuts.Select(batch => string.Join(' ', batch.Rows[2])).Distinct().Should().HaveCount(3, "each place is begun at");
        Windows.Cut(Rows, 4, 7).Rows[2].Should().Equal(cuts[7].Rows[2]);
    }

    [Fact]
    public void Windows_are_mostly_as_long_as_the_longest_row_and_at_times_half()
    {
        var long_ = new TokenWindows([[.. Enumerable.Repeat(1f, 60)]], 2, null, 3);
        int[] lengths = [.. Enumerable.Range(0, 2000).Select(long_.LengthAt)];

        lengths.Should().OnlyContain(length => length >= 5 && length <= 60);
        ((double)lengths.Count(length => length is >= 15 and <= 44) / 2000).Should().BeApproximately(0.05, 0.02);
        lengths.Where(length => length > 44 && length < 60).Should().NotBeEmpty();
        long_.Whole([[.. Enumerable.Repeat(1f, 60)]]).Places.Should().HaveCount(59);
        Enumerable.Range(0, 20).Select(Windows.LengthAt).Should().OnlyContain(length => length == 5 || length == 6);
    }

    [Theory]
    [InlineData(9, "a row holds 9 as a token id, expected whole numbers from 0 to 8*")]
    [InlineData(0.5, "*holds 0.5*")]
    [InlineData(0, "no row has two tokens*")]
    public void Rows_without_ids_or_followers_are_refused(float number, string message) =>
        FluentActions.Invoking(() => new TokenWindows([[3, number, 0]], 9, 0, 1)).Should().Throw<DataException>().WithMessage(message);
}
