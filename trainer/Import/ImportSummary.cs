namespace ParquetPool.Trainer.Import;

/// <summary>What an import made.</summary>
/// <param name="Rows">Rows written.</param>
/// <param name="Shards">Files they are in.</param>
/// <param name="Width">Values of a row's feature vector.</param>
/// <param name="Classes">Different labels seen; null where the source has none.</param>
/// <param name="DistinctFeatures">Of a text, on average; null where the features are not made of texts.</param>
/// <param name="Image">How a row's numbers are a picture, as the shards remember; null where nothing says so.</param>
/// <param name="Labels">In the label file that was handed out; null for none.</param>
public sealed record ImportSummary(long Rows, int Shards, int Width, int? Classes, double? DistinctFeatures = null, int? Labels = null, string? Image = null);
