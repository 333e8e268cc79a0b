using ParquetPool.Pictures;
using ParquetPool.Randomness;
using ParquetPool.Trainer.Augmentation;

namespace ParquetPool.Trainer.Tests.Augmentation;

public class PictureLadderTests
{
    private const int Side = 20;
    private const int Copies = 300;

    private static readonly PictureFormat Grey = new(1, Side, Side, ChannelsLast: false);

    public static TheoryData<AugmentStrength> Rungs => [AugmentStrength.Light, AugmentStrength.Medium, AugmentStrength.Strong];

    [Theory]
    [MemberData(nameof(Rungs))]
    public void What_is_altered_stays_within_the_values_of_the_data(AugmentStrength strength)
    {
        float[] picture = [.. Enumerable.Range(0, 3 * Side * Side).Select(i => 100 + (90 * MathF.Sin(i * 0.7f)))];
        foreach (var last in (bool[])[false, true])
        {
            Altered(new PictureFormat(3, Side, Side, last), picture, strength).SelectMany(copy => copy).Should().OnlyContain(value => value >= 10 && value <= 190);
        }
    }

    [Fact]
    public void Each_rung_alters_more_than_the_one_below()
    {
        float[] picture = [.. Enumerable.Range(0, Side * Side).Select(i => 100 + (80 * MathF.Sin(i / Side * 0.4f) * MathF.Cos(i % Side * 0.4f)))];

        var apart = Rungs.Select(rung => Altered(Grey, picture, rung).Average(copy => copy.Zip(picture, (a, b) => Math.Abs(a - b)).Average())).ToArray();

        apart.Should().BeInAscendingOrder();
        apart[0].Should().BePositive();
        apart[2].Should().BeLessThan(80);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Half_are_mirrored_unless_none_may_be(bool flips)
    {
        var picture = new float[Side * Side];
        picture[(10 * Side) + 3] = 1000;

        var columns = Altered(Grey, picture, AugmentStrength.Light, flips).Select(copy => Array.IndexOf(copy, copy.Max()) % Side).ToArray();

        columns.Should().OnlyContain(c => Math.Abs(c - 3) <= 3 || Math.Abs(c - 16) <= 3);
        columns.Count(c => c > 10).Should().BeInRange(flips ? Copies * 2 / 5 : 0, flips ? Copies * 3 / 5 : 0);
    }

    [Fact]
    public void Light_copies_keep_the_sharpness_of_half_of_the_pictures()
    {
        float[] picture = [.. Enumerable.Range(0, Side * Side).Select(i => (float)(i * 7919 % 251))];
        var values = picture.ToHashSet();

        Altered(Grey, picture, AugmentStrength.Light).Count(copy => copy.All(values.Contains)).Should().BeInRange(Copies * 2 / 5, Copies * 3 / 5);
    }

    [Fact]
    public void A_grey_picture_of_three_channels_stays_grey_and_a_coloured_one_changes_its_colour()
    {
        var format = new PictureFormat(3, Side, Side, ChannelsLast: true);
        float[] grey = [.. Enumerable.Range(0, Side * Side).SelectMany(i => Enumerable.Repeat((float)(i % 100), 3))];
        float[] red = [.. Enumerable.Range(0, Side * Side).SelectMany(_ => new float[] { 150, 50, 50 })];

        Altered(format, grey, AugmentStrength.Strong).SelectMany(copy => copy.Chunk(3)).Should().OnlyContain(pixel => Math.Abs(pixel[0] - pixel[1]) < 0.01 && Math.Abs(pixel[0] - pixel[2]) < 0.01);
        Altered(format, red, AugmentStrength.Strong).Select(copy => MathF.Round(copy[0] - copy[1])).Distinct().Count().Should().BeGreaterThan(10);
    }

    private static List<float[]> Altered(PictureFormat format, float[] picture, AugmentStrength strength, bool flips = true)
    {
        var ladder = new PictureLadder(format, picture.Min(), picture.Max(), strength, flips);
        return [.. Enumerable.Range(0, Copies).Select(row =>
        {
            var copy = new float[picture.Length];
            ladder.Alter(picture, new CopyDraws(3, Purpose.AlteredRows, row, 0, 0, new uint[ladder.Words]), copy);
            return copy;
        })];
    }
}
