namespace ParquetPool.Trainer.Demo;

/// <summary>What a made pool is like.</summary>
/// <param name="ImageWidth">Numbers of a picture's embedding.</param>
/// <param name="TextWidth">Numbers of a text's embedding.</param>
/// <param name="MissingText">The share of rows whose text is NULL.</param>
public sealed record PoolShape(int Classes, int ImageWidth, int TextWidth, double MissingText);
