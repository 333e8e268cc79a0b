namespace ParquetPool.Trainer.Embedding;

/// <summary>What an embedding learns.</summary>
public enum EmbedLoss
{
    /// <summary>To tell each row from all others by altered copies of it.</summary>
    Copies,

    /// <summary>That rows that belong together lie close and others far apart, pair by pair.</summary>
    Contrastive,

    /// <summary>That rows that belong together lie closer than others.</summary>
    Triplet,
}

/// <summary>Which rows of a batch a row shall be further away from.</summary>
public enum Negatives
{
    /// <summary>For each pair one: the nearest that is further away than the row that belongs.</summary>
    SemiHard,

    /// <summary>All.</summary>
    BatchAll,
}
