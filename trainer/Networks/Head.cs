namespace ParquetPool.Trainer.Networks;

/// <summary>An output of a network that predicts the class.</summary>
/// <param name="Logits">The output, [batch, class].</param>
/// <param name="Presence">A value of the graph, [batch, 1], that is 1 for the rows that have what the head goes by and 0 for others; null where all have.</param>
public sealed record Head(string Logits, string? Presence);
