namespace ParquetPool.Scorer.Selection;

/// <summary>What the model makes of the rows of a short list; a part that was not asked for is empty.</summary>
/// <param name="Embeddings">Of the rows.</param>
/// <param name="Labelled">Embeddings of the labelled rows.</param>
/// <param name="Probabilities">[row, class] mean over the members, or [row, member, class] of each, as asked for.</param>
internal sealed record RowValues(Points Embeddings, Points Labelled, float[] Probabilities, int Members, int Classes)
{
    /// <summary>Nothing was asked for.</summary>
    public static readonly RowValues None = new(new Points([], 1), new Points([], 1), [], 0, 0);
}

/// <summary>What a strategy needs to know of the rows.</summary>
[Flags]
internal enum Needs
{
    None = 0,
    Embeddings = 1,
    MeanProbabilities = 2,
    MemberProbabilities = 4,
}
