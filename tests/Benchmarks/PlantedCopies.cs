using ParquetPool.Randomness;

namespace ParquetPool.Benchmarks;

/// <summary>Alters images as near-duplicates are altered: written apart from the trainer's augmentation, so that neither is made for the other.</summary>
/// <param name="range">Greatest less least value of the data.</param>
internal sealed class PlantedCopies(int channels, int height, int width, float least, float range, PhiloxStream random)
{
    private const int MostShift = 2;

    /// <summary>The kinds of copies, in turn; <c>mixed</c> takes each of the others with probability one half.</summary>
    public static readonly string[] Kinds = ["shift", "brightness", "noise", "flip", "mixed"];

    /// <summary>An altered copy.</summary>
    public float[] Alter(float[] image, string kind)
    {
        if (kind != "mixed")
        {
            return AlterOnce(image, kind);
        }
        var copy = image;
        var taken = 0;
        while (taken == 0)
        {
            foreach (var single in Kinds[..^1].Where(_ => random.Below(2) == 0))
            {
                (copy, taken) = (AlterOnce(copy, single), taken + 1);
            }
        }
        return copy;
    }

    private float[] AlterOnce(float[] image, string kind) => kind switch
    {
        "shift" => Shift(image),
        "brightness" => Brightness(image),
        "noise" => Noise(image),
        _ => Flip(image),
    };

    private float[] Shift(float[] image)
    {
        int down, right;
        do
        {
            (down, right) = (random.Below(2 * MostShift + 1) - MostShift, random.Below(2 * MostShift + 1) - MostShift);
        }
        while (down == 0 && right == 0);
        return Map((c, y, x) => y - down is var fromY && x - right is var fromX && fromY >= 0 && fromY < height && fromX >= 0 && fromX < width
            ? image[At(c, fromY, fromX)]
            : least);
    }

    private float[] Flip(float[] image) => Map((c, y, x) => image[At(c, y, width - 1 - x)]);

    private float[] Brightness(float[] image)
    {
        var (gain, offset) = ((float)(0.7 + (0.6 * random.Uniform())), (float)((random.Uniform() - 0.5) * 0.2) * range);
        return Array.ConvertAll(image, v => Clip(least + ((v - least) * gain) + offset));
    }

    private float[] Noise(float[] image)
    {
        var deviation = (0.02 + (0.08 * random.Uniform())) * range;
        return Array.ConvertAll(image, v => Clip(v + (float)(deviation * random.Normal())));
    }

    private float Clip(float value) => Math.Clamp(value, least, least + range);

    private int At(int channel, int y, int x) => (((channel * height) + y) * width) + x;

    private float[] Map(Func<int, int, int, float> value)
    {
        var copy = new float[channels * height * width];
        for (var c = 0; c < channels; c++)
        {
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    copy[At(c, y, x)] = value(c, y, x);
                }
            }
        }
        return copy;
    }
}
