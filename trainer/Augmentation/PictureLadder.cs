using System.Numerics;
using ParquetPool.Pictures;

namespace ParquetPool.Trainer.Augmentation;

/// <summary>Alters pictures that are learnt from: places first, all in one map, so that pixels are mixed once; then values; then a patch is erased.</summary>
/// <remarks>Further changes are drawn in the manner of RandAugment: how many is the strength's, which ones chance's, each by an even amount up to the strength's share of the most.</remarks>
/// <param name="least">The least value of the data; what is altered stays within.</param>
/// <param name="most">The greatest.</param>
/// <param name="flips">Whether half of the pictures are mirrored.</param>
internal sealed class PictureLadder(PictureFormat format, float least, float most, AugmentStrength strength, bool flips) : IAugmentation
{
    private const float MostTurn = MathF.PI / 6;
    private const float MostShear = 0.3f;
    private const float MostContrast = 0.6f;
    private const float MostBrightness = 0.3f;
    private const float MostColour = 0.8f;
    private const float LeastPatch = 0.15f;
    private const float MostPatch = 0.4f;

    private readonly Rung rung = strength switch
    {
        AugmentStrength.Light => new(Shift: 0.08f, Zoom: 0.1f, Changes: 0, Amount: 0, Erased: 0),
        AugmentStrength.Medium => new(Shift: 0.1f, Zoom: 0.15f, Changes: 1, Amount: 0.5f, Erased: 0.25f),
        AugmentStrength.Strong => new(Shift: 0.12f, Zoom: 0.2f, Changes: 2, Amount: 1, Erased: 0.5f),
        _ => default,
    };

    private enum Kind
    {
        Rotation,
        ShearAcross,
        ShearDown,
        Contrast,
        Brightness,
        Colour,
    }

    /// <inheritdoc/>
    public int Words => 16;

    /// <inheritdoc/>
    public void Alter(ReadOnlySpan<float> row, CopyDraws draws, Span<float> copy)
    {
        var map = Placed(ref draws);
        var (contrast, brightness, colour) = (1f, 0f, 1f);
        for (var i = 0; i < rung.Changes; i++)
        {
            var kind = (Kind)(int)draws.Between(0, (int)(format.Channels == 3 ? Kind.Colour : Kind.Brightness) + 1);
            var amount = draws.Between(-rung.Amount, rung.Amount);
            switch (kind)
            {
                case Kind.Rotation:
                    map *= Matrix3x2.CreateRotation(amount * MostTurn);
                    break;
                case Kind.ShearAcross:
                    map *= new Matrix3x2(1, 0, amount * MostShear, 1, 0, 0);
                    break;
                case Kind.ShearDown:
                    map *= new Matrix3x2(1, amount * MostShear, 0, 1, 0, 0);
                    break;
                case Kind.Contrast:
                    contrast *= 1 + (amount * MostContrast);
                    break;
                case Kind.Brightness:
                    brightness += amount * MostBrightness * (most - least);
                    break;
                default:
                    colour *= 1 + (amount * MostColour);
                    break;
            }
        }
        var middle = new Vector2((format.Width - 1) / 2f, (format.Height - 1) / 2f);
        PictureWarp.Move(format, row, From, copy);
        Colour(copy, colour);
        Shade(copy, contrast, brightness);
        Erase(ref draws, copy);

        (float Y, float X) From(int y, int x)
        {
            var place = Vector2.Transform(new Vector2(x, y) - middle, map) + middle;
            return (place.Y, place.X);
        }
    }

    /// <summary>Where pixels come from, seen from the middle: shifted, scaled and mirrored.</summary>
    private Matrix3x2 Placed(ref CopyDraws draws)
    {
        var (mirrored, scaled) = (draws.Chance(0.5f) && flips, draws.Chance(0.5f));
        var (down, right) = (draws.Between(-rung.Shift, rung.Shift) * format.Height, draws.Between(-rung.Shift, rung.Shift) * format.Width);
        var zoom = draws.Between(1 - rung.Zoom, 1 + rung.Zoom);
        if (!scaled)
        {
            // Whole pixels keep the picture sharp.
            (down, right, zoom) = (MathF.Round(down), MathF.Round(right), 1);
        }
        return Matrix3x2.CreateScale(mirrored ? -zoom : zoom, zoom) * Matrix3x2.CreateTranslation(-right, -down);
    }

    /// <summary>Moves each pixel's channels from their mean, or to it.</summary>
    private void Colour(Span<float> copy, float share)
    {
        for (var pixel = 0; share != 1 && pixel < format.Height * format.Width; pixel++)
        {
            var (y, x) = (pixel / format.Width, pixel % format.Width);
            var grey = (copy[format.At(0, y, x)] + copy[format.At(1, y, x)] + copy[format.At(2, y, x)]) / 3;
            for (var channel = 0; channel < 3; channel++)
            {
                ref var value = ref copy[format.At(channel, y, x)];
                value = grey + (share * (value - grey));
            }
        }
    }

    private void Shade(Span<float> copy, float contrast, float brightness)
    {
        var sum = 0.0;
        foreach (var value in copy)
        {
            sum += value;
        }
        var mean = (float)(sum / copy.Length);
        foreach (ref var value in copy)
        {
            value = Math.Clamp(mean + (contrast * (value - mean)) + brightness, least, most);
        }
    }

    /// <summary>Puts one value over a patch: Zhong et al. 2020.</summary>
    private void Erase(ref CopyDraws draws, Span<float> copy)
    {
        if (!draws.Chance(rung.Erased))
        {
            return;
        }
        var (height, width) = ((int)(draws.Between(LeastPatch, MostPatch) * format.Height), (int)(draws.Between(LeastPatch, MostPatch) * format.Width));
        var (top, left) = ((int)draws.Between(0, format.Height - height), (int)draws.Between(0, format.Width - width));
        var value = draws.Between(least, most);
        for (var y = top; y < top + height; y++)
        {
            for (var x = left; x < left + width; x++)
            {
                for (var channel = 0; channel < format.Channels; channel++)
                {
                    copy[format.At(channel, y, x)] = value;
                }
            }
        }
    }

    /// <param name="Shift">The most, as a share of a side.</param>
    /// <param name="Zoom">By what share the picture is larger or smaller at most.</param>
    /// <param name="Changes">Further changes.</param>
    /// <param name="Amount">The share of each change's most that may be drawn.</param>
    /// <param name="Erased">The share of pictures that lose a patch.</param>
    private readonly record struct Rung(float Shift, float Zoom, int Changes, float Amount, float Erased);
}
