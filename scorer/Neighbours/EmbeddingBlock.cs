using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>Some rows with their vectors, as the search multiplies them: a buffer of fixed size, bound once, filled many times.</summary>
/// <remarks>
/// Each vector is scaled by the power of two that brings its norm into [0.5, 1). That keeps every bit of its mantissa, so a cosine
/// recomputed in double from here is the cosine of the vector as read, and no product of two vectors leaves the range of a float.
/// Not for two threads at a time while it is filled; read by any number afterwards.
/// </remarks>
internal sealed class EmbeddingBlock : IDisposable
{
    /// <summary>Rows of a block unless asked otherwise: 512 × 512 products fit a second-level cache while a Gemm call stays long.</summary>
    public const int DefaultRows = 512;

    private readonly float[] inverseNorms;
    private readonly double[] squaredNorms;
    private readonly int[] rows;
    private readonly string[] ids;
    private readonly UInt128[] fingerprints;

    /// <summary>An empty block.</summary>
    /// <param name="capacity">The most rows it holds.</param>
    /// <param name="width">Elements of a vector.</param>
    public EmbeddingBlock(int capacity, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (Capacity, Width) = (capacity, width);
        Buffer = TensorBuffer.Floats(capacity, width);
        inverseNorms = new float[capacity];
        squaredNorms = new double[capacity];
        rows = new int[capacity];
        ids = new string[capacity];
        fingerprints = new UInt128[capacity];
    }

    public int Capacity { get; }

    public int Width { get; }

    /// <summary>Rows held now; what lies behind them is left over and means nothing.</summary>
    public int Count { get; private set; }

    /// <summary>Scaled vectors, [row, element].</summary>
    internal TensorBuffer Buffer { get; }

    /// <summary>1 / norm of each scaled vector, in (1, 2].</summary>
    internal ReadOnlySpan<float> InverseNorms => inverseNorms.AsSpan(0, Count);

    /// <summary>The block size near <paramref name="rows"/> that cuts <paramref name="total"/> rows into blocks with the least padding.</summary>
    public static int EvenRows(long total, int rows = DefaultRows)
    {
        var blocks = Math.Max(1, (total + rows - 1) / rows);
        return (int)Math.Max(1, (total + blocks - 1) / blocks);
    }

    /// <summary>Appends a row.</summary>
    /// <param name="vector">As read.</param>
    /// <param name="row">The row's number in its split.</param>
    /// <param name="id">Breaks ties, in ordinal order.</param>
    /// <param name="fingerprint">Equal for rows that are byte-identical.</param>
    /// <returns>False, and nothing appended, for a zero vector or one that is not finite: its cosine is undefined.</returns>
    public bool TryAdd(ReadOnlySpan<float> vector, int row, string id, UInt128 fingerprint)
    {
        var raw = Cosine.Dot(vector, vector);
        if (raw == 0 || !double.IsFinite(raw))
        {
            return false;
        }
        // In double: the factor itself may lie outside the range of a float.
        var factor = Math.ScaleB(1, -1 - Math.ILogB(Math.Sqrt(raw)));
        var scaled = Buffer.Span.Slice(Count * Width, Width);
        for (var i = 0; i < scaled.Length; i++)
        {
            scaled[i] = (float)(vector[i] * factor);
        }
        Enter(Cosine.Dot(scaled, scaled), row, id, fingerprint);
        return true;
    }

    /// <summary>Appends a row of a block of the same width.</summary>
    internal void Add(EmbeddingBlock from, int index) =>
        Add(from.VectorAt(index), from.squaredNorms[index], from.rows[index], from.ids[index], from.fingerprints[index]);

    /// <summary>Appends a row that was in a block before.</summary>
    /// <param name="scaled">Its <see cref="VectorAt"/>.</param>
    /// <param name="squaredNorm">Its <see cref="SquaredNormAt"/>.</param>
    internal void Add(ReadOnlySpan<float> scaled, double squaredNorm, int row, string id, UInt128 fingerprint)
    {
        scaled.CopyTo(Buffer.Span[(Count * Width)..]);
        Enter(squaredNorm, row, id, fingerprint);
    }

    /// <summary>Gives back what blocks hold.</summary>
    public static void Free(IEnumerable<EmbeddingBlock> blocks)
    {
        foreach (var block in blocks)
        {
            block.Dispose();
        }
    }

    /// <summary>Empties the block.</summary>
    public void Clear() => Count = 0;

    /// <summary>The number in its split of the row at <paramref name="index"/>.</summary>
    public int RowAt(int index) => rows[index];

    internal string IdAt(int index) => ids[index];

    internal UInt128 FingerprintAt(int index) => fingerprints[index];

    /// <summary>The scaled vector at <paramref name="index"/>.</summary>
    internal ReadOnlySpan<float> VectorAt(int index) => Buffer.Span.Slice(index * Width, Width);

    internal double SquaredNormAt(int index) => squaredNorms[index];

    /// <summary>Norm of the scaled vector at <paramref name="index"/>, in [0.5, 1).</summary>
    internal double NormAt(int index) => Math.Sqrt(squaredNorms[index]);

    /// <summary>Row <paramref name="other"/> of <paramref name="corpus"/> as a neighbour of row <paramref name="index"/> of this block.</summary>
    internal Neighbour Meet(int index, EmbeddingBlock corpus, int other)
    {
        var dot = Cosine.Dot(VectorAt(index), corpus.VectorAt(other));
        var similarity = Cosine.FromDot(dot, squaredNorms[index], corpus.squaredNorms[other]);
        return new Neighbour(corpus.rows[other], corpus.ids[other], similarity, corpus.fingerprints[other], fingerprints[index] == corpus.fingerprints[other]);
    }

    /// <inheritdoc/>
    public void Dispose() => Buffer.Dispose();

    private void Enter(double squaredNorm, int row, string id, UInt128 fingerprint)
    {
        (squaredNorms[Count], inverseNorms[Count]) = (squaredNorm, (float)(1 / Math.Sqrt(squaredNorm)));
        (rows[Count], ids[Count], fingerprints[Count]) = (row, id, fingerprint);
        Count++;
    }
}

/// <summary>Hands out the blocks of a corpus once, in any order, to any number of threads.</summary>
internal interface IEmbeddingSource
{
    /// <summary>The capacity of every block.</summary>
    int BlockRows { get; }

    /// <summary>The next block, or null after the last.</summary>
    /// <param name="spare">A block of the caller's, <see cref="BlockRows"/> rows, to fill if the source holds none of its own.</param>
    EmbeddingBlock? Next(EmbeddingBlock spare, CancellationToken stopping);
}
