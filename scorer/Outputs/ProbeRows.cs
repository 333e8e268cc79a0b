using ParquetPool.Randomness;

namespace ParquetPool.Scorer.Outputs;

/// <summary>Made-up rows for a look at what a model does: numbers of several sizes, or zeros and ones where it takes whole numbers.</summary>
internal static class ProbeRows
{
    /// <summary>Fills <paramref name="target"/>, [row, width], with rows that differ from each other.</summary>
    /// <param name="input">Which of the model's inputs, so that each gets its own numbers.</param>
    public static void Fill(Span<float> target, int width, int input, bool whole)
    {
        var words = new uint[target.Length];
        Philox.Fill(0x70_72_6f_62, 0, 0, (uint)input, 0, 0, words);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = whole ? words[i] & 1 : (float)(((words[i] / 2147483648.0) - 1) * Size(i / width));
        }
    }

    private static double Size(int row) => (row % 3) switch { 0 => 1, 1 => 0.1, _ => 5 };
}
