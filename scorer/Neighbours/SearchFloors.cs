namespace ParquetPool.Scorer.Neighbours;

/// <summary>For each query row the product below which no corpus row can enter its list any more. Shared by all workers.</summary>
/// <remarks>
/// In units of the products: cosine × norm of the query vector. A floor only ever states what some worker has proved, so a stale one
/// lets more candidates through but loses none: the result does not depend on who raised it when.
/// </remarks>
internal sealed class SearchFloors
{
    private readonly float[][] floors;
    private readonly double error;

    /// <summary>Floors that let through whatever may reach <paramref name="minSimilarity"/>.</summary>
    public SearchFloors(IReadOnlyList<EmbeddingBlock> queries, double minSimilarity)
    {
        error = Cosine.FloatError(queries[0].Width);
        floors = [.. queries.Select(q => new float[q.Count])];
        for (var block = 0; block < queries.Count; block++)
        {
            for (var index = 0; index < queries[block].Count; index++)
            {
                floors[block][index] = Below(minSimilarity, queries[block].NormAt(index));
            }
        }
    }

    /// <summary>The floor of a query row.</summary>
    public float Of(int block, int index) => Volatile.Read(ref floors[block][index]);

    /// <summary>Raises the floor of a query row to what may still reach <paramref name="similarity"/>.</summary>
    public void Raise(int block, int index, double similarity, double norm)
    {
        var floor = Below(similarity, norm);
        if (floor > Of(block, index))
        {
            Volatile.Write(ref floors[block][index], floor);
        }
    }

    /// <summary>Two products further apart than this are in the order of their true cosines.</summary>
    public float Doubt(double norm) => MathF.BitIncrement((float)(2 * error * norm));

    private float Below(double similarity, double norm) => MathF.BitDecrement((float)((similarity - error) * norm));
}
