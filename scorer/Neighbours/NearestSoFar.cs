using System.Runtime.CompilerServices;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>The nearest rows that the workers of a search have found together, and for each query row the product below which no corpus row can enter its list.</summary>
/// <remarks>
/// Floors are in units of the products: cosine × norm of the query vector. A stale one lets more candidates through but loses none, and a list
/// is the k nearest of what was offered in any order: the result does not depend on who found what when.
/// </remarks>
internal sealed class NearestSoFar
{
    private const int Gates = 64;

    private readonly SpinLock[] gates = [.. Enumerable.Range(0, Gates).Select(_ => new SpinLock(enableThreadOwnerTracking: false))];
    private readonly float[][] floors;
    private readonly double error;

    /// <summary>Empty lists, with floors that let through whatever may reach <see cref="NeighbourSearchOptions.MinSimilarity"/>.</summary>
    public NearestSoFar(IReadOnlyList<EmbeddingBlock> queries, NeighbourSearchOptions options)
    {
        error = Cosine.FloatError(queries[0].Width);
        Lists = [.. queries.Select(q => new TopNeighbours(q.Count, options.Neighbours))];
        floors = [.. queries.Select(q => new float[q.Count])];
        for (var block = 0; block < queries.Count; block++)
        {
            for (var index = 0; index < queries[block].Count; index++)
            {
                floors[block][index] = Below(options.MinSimilarity, queries[block].NormAt(index));
            }
        }
    }

    /// <summary>[query block]; to be read once all workers have ended.</summary>
    public TopNeighbours[] Lists { get; }

    /// <summary>The floor of a query row.</summary>
    public float Floor(int block, int index) => Volatile.Read(ref floors[block][index]);

    /// <summary>Offers a neighbour to a query row.</summary>
    /// <param name="norm">Of the query vector.</param>
    /// <returns>The row's floor now.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public float Offer(int block, int index, in Neighbour neighbour, double norm)
    {
        ref var gate = ref gates[index % Gates];
        var entered = false;
        gate.Enter(ref entered);
        Lists[block].Offer(index, neighbour);
        var floor = Math.Max(Floor(block, index), Below(Lists[block].Entry(index), norm));
        Volatile.Write(ref floors[block][index], floor);
        gate.Exit();
        return floor;
    }

    /// <summary>Two products further apart than this are in the order of their true cosines.</summary>
    public float Doubt(double norm) => MathF.BitIncrement((float)(2 * error * norm));

    private float Below(double similarity, double norm) => MathF.BitDecrement((float)((similarity - error) * norm));
}
