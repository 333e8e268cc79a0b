namespace ParquetPool.Randomness;

/// <summary>Numbers of a purpose, drawn one after another from a seed and a stream number. Not for two threads at a time.</summary>
public sealed class PhiloxStream(ulong seed, Purpose purpose, uint stream = 0)
{
    private readonly uint[] words = new uint[256];
    private int used = 256;
    private uint block;

    /// <summary>Numbers without a purpose, for what tests make up.</summary>
    internal PhiloxStream(ulong seed, uint stream)
        : this(seed, default, stream)
    {
    }

    /// <summary>Even over [0, 1), with 32 bits.</summary>
    public double Uniform() => Word() * (1.0 / 4294967296.0);

    /// <summary>Even over 0 .. <paramref name="count"/> - 1; the bias is below count / 2³².</summary>
    public int Below(int count) => (int)((ulong)Word() * (uint)count >> 32);

    /// <summary>Standard normal, by Box and Muller (1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    private uint Word()
    {
        if (used == words.Length)
        {
            Philox.Fill(seed, purpose, block, stream, 0, words);
            block += (uint)words.Length / 4;
            used = 0;
        }
        return words[used++];
    }
}
