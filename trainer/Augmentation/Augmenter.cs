using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Randomness;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Augmentation;

/// <summary>Alters rows that are learnt from, each column in the way of its kind. Thread-safe.</summary>
/// <remarks>A copy is a pure function of seed, step, row and copy: threads and batches change none.</remarks>
internal sealed class Augmenter
{
    private readonly IReadOnlyList<(int Start, int Width, IAugmentation? How)> columns;
    private readonly ulong seed;

    private Augmenter(IReadOnlyList<(int, int, IAugmentation?)> columns, ulong seed) => (this.columns, this.seed) = (columns, seed);

    /// <summary>For a network's inputs: pictures where it takes pictures, else vectors; token ids stay as they are.</summary>
    /// <param name="rows">Joined features of the rows to learn from: what values there are.</param>
    /// <returns>Null where nothing is altered.</returns>
    /// <exception cref="UsageException">The network reads token ids alone.</exception>
    public static Augmenter? Of(AugmentOptions options, Network network, IReadOnlyList<float[]> rows, ulong seed)
    {
        if (!options.Alters)
        {
            return null;
        }
        var meanings = network.Meanings;
        if (meanings.All(m => m.IsIds))
        {
            throw new UsageException($"--augment is {options.Strength.ToString().ToLowerInvariant()}, the network reads token ids alone, expected none: another id is another word");
        }
        var columns = new List<(int, int, IAugmentation?)>();
        var start = 0;
        foreach (var (input, meaning) in network.Inputs.Zip(meanings))
        {
            var width = (int)input.Dims[1];
            columns.Add((start, width, meaning.IsIds ? null
                : meaning.Picture is { } picture ? Pictures(options, FormatOf(picture, network), Part(rows, start, width))
                : Vectors(options.Strength, Part(rows, start, width))));
            start += width;
        }
        return new Augmenter(columns, seed);
    }

    /// <summary>An altered copy of a row; a column that it lacks is lacking in the copy.</summary>
    /// <param name="features">Joined.</param>
    /// <param name="row">Its place in its set.</param>
    /// <param name="step">Counted from 0.</param>
    /// <param name="copy">Tells copies of a step apart, as far as there are numbers for.</param>
    public float[] Alter(float[] features, int row, int step, int copy = 0)
    {
        var altered = (float[])features.Clone();
        var places = CopyDraws.Most / columns.Count;
        for (var i = 0; i < columns.Count; i++)
        {
            var (start, width, how) = columns[i];
            if (how is not null && !float.IsNaN(features[start]))
            {
                how.Alter(features.AsSpan(start, width), new CopyDraws(seed, Purpose.AlteredRows, row, step, ((copy % places) * columns.Count) + i, new uint[how.Words]), altered.AsSpan(start, width));
            }
        }
        return altered;
    }

    private static float[][] Part(IReadOnlyList<float[]> rows, int start, int width) =>
        [.. rows.Where(r => !float.IsNaN(r[start])).Select(r => r[start..(start + width)]).DefaultIfEmpty(new float[width])];

    private static PictureFormat FormatOf(IReadOnlyList<int> dims, Network network) =>
        (network.HasOwnLayers ? null : PictureFormat.Of(dims)) ?? new PictureFormat(dims[0], dims[1], dims[2], ChannelsLast: false);

    private static PictureLadder Pictures(AugmentOptions options, PictureFormat format, float[][] rows) =>
        new(format, rows.Min(r => r.Min()), rows.Max(r => r.Max()), options.Strength, flips: !options.NoFlip);

    private static IAugmentation Vectors(AugmentStrength strength, float[][] rows)
    {
        if (WordDropout.Suits(rows))
        {
            return new WordDropout(rows[0].Length, strength switch { AugmentStrength.Light => 0.1f, AugmentStrength.Medium => 0.2f, _ => 0.4f });
        }
        var standardisation = Standardisation.Of(rows, 1);
        var (noise, scale, dropped) = strength switch
        {
            AugmentStrength.Light => (0.1f, 0f, 0.05f),
            AugmentStrength.Medium => (0.25f, 0.05f, 0.1f),
            _ => (0.5f, 0.1f, 0.2f),
        };
        return new VectorAugmentation(standardisation.Mean, Array.ConvertAll(standardisation.Scale, s => s > 0 ? 1 / s : 0), noise, scale, dropped);
    }
}
