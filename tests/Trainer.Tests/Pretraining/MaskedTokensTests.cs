using ParquetPool.Randomness;
using ParquetPool.Trainer.Pretraining;

namespace ParquetPool.Trainer.Tests.Pretraining;

public sealed class MaskedTokensTests
{
    private const int Mask = 4;
    private static readonly HashSet<int> Marks = [0, 2, 3, Mask];

    [Fact]
    public void FifteenPercentAreToldOfWhichMostAreMaskedSomeReplacedAndSomeLeft()
    {
        float[][] rows = [.. Enumerable.Range(0, 2000).Select(row => (float[])[2, .. Enumerable.Range(0, 10).Select(place => 5f + (((row * 7) + place) % 20)), 3, 0, 0])];
        var tokens = new MaskedTokens(Mask, Marks);
        tokens.Learn(rows);

        var found = tokens.Of(rows, 1, Purpose.MaskedTokens, 3);

        tokens.Known.Should().Equal(Enumerable.Range(5, 20));
        found.Places.Should().OnlyContain(place => place.Place >= 1 && place.Place <= 10, "marks and padding are never to be told");
        (found.Places.Count / 20_000.0).Should().BeApproximately(0.15, 0.01);
        found.Targets.Zip(found.Places).Should().OnlyContain(told => tokens.Known[(int)told.First] == (int)rows[told.Second.Row][told.Second.Place]);
        float[] now = [.. found.Places.Select(place => found.Rows[place.Row][place.Place])];
        float[] before = [.. found.Places.Select(place => rows[place.Row][place.Place])];
        (now.Count(id => id == Mask) / (double)now.Length).Should().BeApproximately(0.8, 0.03);
        (now.Zip(before).Count(pair => pair.First == pair.Second) / (double)now.Length).Should().BeApproximately(0.1 + (0.1 / 20), 0.02);
        found.Rows.Zip(rows).Sum(pair => pair.First.Zip(pair.Second).Count(ids => ids.First != ids.Second)).Should().BeLessThanOrEqualTo(found.Places.Count, "all else stays");
        tokens.Of(rows, 1, Purpose.MaskedTokens, 3).Places.Should().Equal(found.Places);
        tokens.Of(rows, 1, Purpose.MaskedTokens, 4).Places.Should().NotEqual(found.Places);
    }

    [Fact]
    public void WhatNoRowHadIsMaskedAndCounted()
    {
        var tokens = new MaskedTokens(Mask, Marks);
        tokens.Learn([[2, 5, 6, 3]]);

        var found = tokens.Of([.. Enumerable.Repeat((float[])[2, 9, 9, 3], 200)], 1, Purpose.MeasuredTokens, 0);

        found.Places.Should().BeEmpty();
        found.Unknown.Should().BeGreaterThan(30);
    }
}
