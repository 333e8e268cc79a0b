using ParquetPool.Randomness;

namespace ParquetPool.Pictures;

/// <summary>The random numbers of one copy of one row: a pure function of (seed, purpose, row, epoch, copy).</summary>
public ref struct CopyDraws
{
    /// <summary>The most copies of a row: those of a purpose take as many numbers from it on.</summary>
    public const int Most = 1 << 16;

    // The sum of four even bytes has mean 4 · 127.5 and variance 4 · (256² − 1) / 12.
    private const float ByteSum = 510;
    private const float ByteDeviation = 147.79f;

    private readonly ReadOnlySpan<uint> words;
    private int used;

    /// <summary>Draws as many words as <paramref name="words"/> holds.</summary>
    /// <param name="copy">Below <see cref="Most"/>.</param>
    public CopyDraws(ulong seed, Purpose purpose, int row, int epoch, int copy, Span<uint> words)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(copy, Most);
        Philox.Fill(seed, (Purpose)((uint)purpose + (uint)copy), 0, (uint)row, (uint)epoch, words);
        this.words = words;
    }

    /// <summary>Even over <paramref name="from"/> to <paramref name="to"/>.</summary>
    public float Between(float from, float to) => from + ((to - from) * ((words[used++] >> 8) * (1f / (1 << 24))));

    /// <summary>True with this probability.</summary>
    public bool Chance(float probability) => Between(0, 1) < probability;

    /// <summary>Nearly normal, with mean 0 and deviation 1, from one word: the sum of its bytes.</summary>
    public float Noise()
    {
        var word = words[used++];
        return ((word & 255) + ((word >> 8) & 255) + ((word >> 16) & 255) + (word >> 24) - ByteSum) / ByteDeviation;
    }
}
