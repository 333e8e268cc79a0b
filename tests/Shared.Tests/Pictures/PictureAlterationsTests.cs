using ParquetPool.Pictures;
using ParquetPool.Randomness;

namespace ParquetPool.Shared.Tests.Pictures;

public sealed class PictureAlterationsTests
{
    private static readonly PictureFormat Planes = new(3, 16, 12, ChannelsLast: false);

    [Fact]
    public void A_copy_is_another_picture_within_the_values_of_the_data_and_depends_on_its_draws_alone()
    {
        var picture = Picture(Planes);
        for (var row = 0; row < 200; row++)
        {
            var copy = Alter(Planes, picture, row);
            copy.Should().Equal(Alter(Planes, picture, row)).And.NotEqual(picture).And.OnlyContain(v => v >= 0 && v <= 255);
        }
    }

    [Fact]
    public void Channels_that_stand_together_are_altered_as_those_in_planes()
    {
        var last = Planes with { ChannelsLast = true };
        foreach (var row in Enumerable.Range(0, 200).Where(row => Math.Abs(NoiseOf(row)) < 1e-3))
        {
            var (planes, together) = (Alter(Planes, Picture(Planes), row), Alter(last, Picture(last), row));
            Places().Should().OnlyContain(at => planes[Planes.At(at.C, at.Y, at.X)] == together[last.At(at.C, at.Y, at.X)]);
        }
    }

    [Fact]
    public void A_blank_picture_of_a_blank_pool_stays_blank() =>
        Enumerable.Range(0, 50).SelectMany(row => Draw(new PictureAlterations(Planes, 7, 7), Planes, [.. Enumerable.Repeat(7f, Planes.Numbers)], row)).Should().OnlyContain(v => v == 7);

    // Noise alone depends on the place in the row: zero for a copy of any other kind.
    private static float NoiseOf(int row)
    {
        var grey = Enumerable.Repeat(100f, Planes.Numbers).ToArray();
        var copy = Alter(Planes, grey, row);
        return copy.Max() - copy.Min();
    }

    private static IEnumerable<(int C, int Y, int X)> Places() => Enumerable.Range(0, 3).SelectMany(c => Enumerable.Range(0, 16).SelectMany(y => Enumerable.Range(0, 12).Select(x => (c, y, x))));

    private static float[] Picture(PictureFormat format)
    {
        var picture = new float[format.Numbers];
        foreach (var (c, y, x) in Places())
        {
            picture[format.At(c, y, x)] = 127 + (120 * MathF.Sin((c * 5) + (y * 0.9f) + (x * x * 0.31f)));
        }
        return picture;
    }

    private static float[] Alter(PictureFormat format, float[] picture, int row) => Draw(new PictureAlterations(format, 0, 255), format, picture, row);

    private static float[] Draw(PictureAlterations alterations, PictureFormat format, float[] picture, int row)
    {
        var copy = new float[format.Numbers];
        alterations.Alter(picture, new CopyDraws(3, Purpose.SoughtCopies, row, 0, 0, new uint[alterations.Words]), copy);
        return copy;
    }
}
