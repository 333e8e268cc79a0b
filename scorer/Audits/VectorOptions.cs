namespace ParquetPool.Scorer.Audits;

/// <summary>What makes the vectors of rows that an audit compares.</summary>
internal sealed record VectorOptions
{
    /// <summary>The vector columns to compare, as <see cref="Embedders.Weighted.Parse"/> reads them; with nothing else to compare either, the only one there is, or <c>features</c>.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Compare the <c>embedding</c> output of this model, dropout off; a weight may follow as for columns.</summary>
    public string? Model { get; init; }

    /// <summary>Compare averaged pixels too, with this weight.</summary>
    public double? Pixels { get; init; }

    /// <summary>The views of a picture that its embedding is averaged over, as <see cref="Embedders.View.Parse"/> reads them; null for the picture as it is.</summary>
    public string? Views { get; init; }

    /// <summary>Instead of averaging, compare the one of the views of a query row that is most similar.</summary>
    public bool BestView { get; init; }
}
