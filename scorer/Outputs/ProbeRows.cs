using ParquetPool.Randomness;

namespace ParquetPool.Scorer.Outputs;

/// <summary>Made-up rows for a look at what a model does: numbers of several sizes, or whole numbers where it takes those.</summary>
internal static class ProbeRows
{
    /// <summary>Fills <paramref name="target"/>, [row, width], with rows that differ from each other.</summary>
    /// <param name="input">Which of the model's inputs, so that each gets its own numbers.</param>
    /// <param name="wholes">How many whole numbers it takes, from 0 on; 0 for any numbers.</param>
    public static void Fill(Span<float> target, int width, int input, int wholes)
    {
        var words = new uint[target.Length];
        Philox.Fill(0, Purpose.ProbeRows, 0, (uint)input, 0, words);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = wholes > 0 ? words[i] % (uint)wholes : (float)(((words[i] / 2147483648.0) - 1) * Size(i / width));
        }
    }

    private static double Size(int row) => (row % 3) switch { 0 => 1, 1 => 0.1, _ => 5 };
}
