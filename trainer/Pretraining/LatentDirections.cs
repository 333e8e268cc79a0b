using ParquetPool.Randomness;
using ParquetPool.Shards;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>The directions in which a pool's weighted texts differ most: the leading right singular vectors of the matrix of all rows.</summary>
/// <remarks>
/// Orthogonal iteration (Golub and Van Loan, Matrix Computations, 4th ed., 8.2.4): the pool is read once a pass, Z = Σ y (yᵀQ), and Q becomes an orthonormal basis
/// of Z, until a pass explains hardly more or <see cref="MostPasses"/> are through. Sums are of whole numbers of 2⁻³⁶, so neither the order of rows nor threads
/// change a bit. Memory: a batch, and two numbers a place and direction.
/// </remarks>
internal sealed class LatentDirections(TermWeights weights, int count)
{
    public const int MostPasses = 30;
    private const double LeastGain = 1e-3;
    private const double Scale = 1L << 36;
    private const double Vanished = 1e-9;
    private readonly List<double> explained = [];

    /// <summary>Directions.</summary>
    public int Count => count;

    /// <summary>[place * directions + direction], each direction of length 1 and at right angles to the others, or all zeros where there are no more.</summary>
    public double[] Values { get; private set; } = [];

    /// <summary>[pass]: the mean of the rows' squared projections, of 1, on the directions that the pass began with.</summary>
    public IReadOnlyList<double> Explained => explained;

    /// <summary>Whether a further pass would change little.</summary>
    public bool Ended => explained.Count == MostPasses || (explained is [.., var before, var last] && last - before < LeastGain * last);

    /// <summary>Draws directions to begin with.</summary>
    public void Draw(ulong seed)
    {
        var draws = new PhiloxStream(seed, Purpose.LatentDirections);
        Values = new double[weights.Column.Width * count];
        for (var at = 0; at < Values.Length; at++)
        {
            Values[at] = draws.Normal();
        }
        Orthonormalise();
    }

    /// <summary>Goes on from what <see cref="Write"/> wrote.</summary>
    public void Read(BinaryReader reader)
    {
        double[] before = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadDouble())];
        Values = [.. Enumerable.Range(0, weights.Column.Width * count).Select(_ => reader.ReadDouble())];
        explained.AddRange(before);
    }

    /// <summary>Writes how far it has come.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(explained.Count);
        foreach (var number in explained.Concat(Values))
        {
            writer.Write(number);
        }
    }

    /// <summary>Reads the pool once and turns the directions.</summary>
    public void Pass(ShardSet pool, Action<long> advance, CancellationToken stopping)
    {
        var sums = new long[Values.Length];
        var squares = 0L;
        foreach (var batch in PretrainData.Batches(pool, [weights.Column], stopping))
        {
            var rows = new List<(int Place, double Value)>[batch.Count];
            var projections = new double[batch.Count * count];
            Parallel.For(0, batch.Count, row =>
            {
                rows[row] = weights.Weighted(batch, row);
                Project(rows[row], projections.AsSpan(row * count, count));
            });
            Parallel.For(0, count, direction =>
            {
                for (var row = 0; row < rows.Length; row++)
                {
                    var projection = projections[(row * count) + direction] * Scale;
                    foreach (var (place, value) in rows[row])
                    {
                        sums[(place * count) + direction] += (long)Math.Round(value * projection);
                    }
                }
            });
            squares += projections.Sum(p => (long)Math.Round(p * p * Scale));
            advance(batch.Count);
        }
        explained.Add(squares / Scale / weights.Rows);
        Values = Array.ConvertAll(sums, sum => sum / Scale);
        Orthonormalise();
    }

    private void Project(List<(int Place, double Value)> row, Span<double> projections)
    {
        foreach (var (place, value) in row)
        {
            for (var direction = 0; direction < projections.Length; direction++)
            {
                projections[direction] += value * Values[(place * count) + direction];
            }
        }
    }

    /// <summary>Gram and Schmidt, each direction twice: once leaves too much of the others in it.</summary>
    private void Orthonormalise()
    {
        for (var direction = 0; direction < count; direction++)
        {
            var before = Math.Sqrt(Dot(direction, direction));
            for (var other = 0; other < 2 * direction; other++)
            {
                Add(direction, other % direction, -Dot(direction, other % direction));
            }
            var length = Math.Sqrt(Dot(direction, direction));
            var factor = length > Vanished * before ? 1 / length : 0;
            for (var at = direction; at < Values.Length; at += count)
            {
                Values[at] *= factor;
            }
        }
    }

    private double Dot(int one, int other)
    {
        var sum = 0.0;
        for (var at = 0; at < Values.Length; at += count)
        {
            sum += Values[at + one] * Values[at + other];
        }
        return sum;
    }

    private void Add(int direction, int other, double factor)
    {
        for (var at = 0; at < Values.Length; at += count)
        {
            Values[at + direction] += factor * Values[at + other];
        }
    }
}
