using ParquetPool.Pictures;
using ParquetPool.Randomness;

namespace ParquetPool.Shared.Tests.Pictures;

public sealed class AugmentationTests
{
    private const ulong Seed = 9;
    private static readonly PictureFormat Shape = new(3, 10, 12, ChannelsLast: false);
    private static readonly float[] Image = [.. Enumerable.Range(0, 360).Select(i => 100 + (90 * MathF.Sin(i * 0.7f)))];
    private static readonly float[] Vector = [.. Enumerable.Range(0, 50).Select(i => MathF.Cos(i))];

    public static TheoryData<string> Kinds => ["image", "vector"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_copy_is_a_function_of_seed_row_epoch_and_copy(string kind)
    {
        var first = Copy(kind, Seed, 1, 2, 0);

        Copy(kind, Seed, 1, 2, 0).Should().Equal(first);
        foreach (var other in new[] { Copy(kind, Seed + 1, 1, 2, 0), Copy(kind, Seed, 0, 2, 0), Copy(kind, Seed, 1, 1, 0), Copy(kind, Seed, 1, 2, 1) })
        {
            other.Should().NotEqual(first);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_copy_differs_from_its_row_but_resembles_it_more_than_chance(string kind)
    {
        var row = kind == "image" ? Image : Vector;
        var apart = Enumerable.Range(0, 50).Select(r => Copy(kind, Seed, r, 1, 0).Zip(row, (a, b) => Math.Abs(a - b)).Average()).ToArray();

        apart.Should().OnlyContain(a => a > 0);
        apart.Average().Should().BeLessThan(row.Select(v => Math.Abs(v - row.Average())).Average() * 2);
    }

    [Fact]
    public void An_image_stays_within_the_values_of_the_data() =>
        Enumerable.Range(0, 200).SelectMany(row => Copy("image", Seed, row, 1, 0)).Should().OnlyContain(v => v >= 10 && v <= 190);

    [Fact]
    public void A_blank_image_without_brightness_and_noise_to_add_stays_blank()
    {
        var augmentation = new ImageAugmentation(Shape, 5, 5, 0);

        for (var row = 0; row < 20; row++)
        {
            Draw(augmentation, [.. Enumerable.Repeat(5f, 360)], Seed, row, 1, 0).Should().OnlyContain(v => v == 5);
        }
    }

    [Fact]
    public void A_spot_is_moved_by_a_tenth_of_the_image_at_most_and_mirrored_half_the_time()
    {
        var shape = new PictureFormat(1, 20, 20, ChannelsLast: false);
        var image = new float[400];
        image[(10 * 20) + 4] = 1000;
        var columns = Enumerable.Range(0, 400).Select(row =>
        {
            var copy = Draw(new ImageAugmentation(shape, 0, 1000, 1), image, Seed, row, 1, 0);
            return Array.IndexOf(copy, copy.Max()) % 20;
        }).ToArray();

        columns.Should().OnlyContain(c => Math.Abs(c - 4) <= 3 || Math.Abs(c - 15) <= 3);
        columns.Count(c => c > 10).Should().BeInRange(150, 250);
    }

    [Fact]
    public void A_copy_is_the_same_whichever_way_its_channels_lie()
    {
        var last = Shape with { ChannelsLast = true };
        float[] turned = new float[Image.Length];
        for (var i = 0; i < Image.Length; i++)
        {
            turned[last.At(i / 120, i % 120 / 12, i % 12)] = Image[i];
        }

        last.ChannelsFirst(turned).Should().Equal(Image);
        last.ChannelsFirst(Draw(Still(last), turned, Seed, 3, 1, 0)).Should().Equal(Draw(Still(Shape), Image, Seed, 3, 1, 0));

        static ImageAugmentation Still(PictureFormat format) => new(format, 10, 190, 0);
    }

    [Fact]
    public void Noise_has_mean_0_and_deviation_1()
    {
        var draws = new CopyDraws(Seed, Purpose.LearntCopies, 0, 0, 0, new uint[100_000]);
        var values = new double[100_000];
        foreach (ref var value in values.AsSpan())
        {
            value = draws.Noise();
        }

        values.Average().Should().BeApproximately(0, 0.02);
        values.Average(v => v * v).Should().BeApproximately(1, 0.02);
    }

    private static float[] Copy(string kind, ulong seed, int row, int epoch, int copy) => kind == "image"
        ? Draw(new ImageAugmentation(Shape, 10, 190, 64), Image, seed, row, epoch, copy)
        : Draw(new VectorAugmentation(new float[50], [.. Enumerable.Repeat(0.7f, 50)]), Vector, seed, row, epoch, copy);

    private static float[] Draw(IAugmentation augmentation, float[] row, ulong seed, int number, int epoch, int copy)
    {
        var altered = new float[row.Length];
        augmentation.Alter(row, new CopyDraws(seed, Purpose.LearntCopies, number, epoch, copy, new uint[augmentation.Words]), altered);
        return altered;
    }
}
