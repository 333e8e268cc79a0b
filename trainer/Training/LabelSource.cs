namespace ParquetPool.Trainer.Training;

/// <summary>Where labels come from: label files, or a column of the shards.</summary>
public abstract record LabelSource
{
    /// <summary>Labels by row id; each id must be in the pool.</summary>
    public sealed record Given(IReadOnlyDictionary<string, string> ById) : LabelSource;

    /// <summary>Every row whose value in this column is not NULL has it for a label.</summary>
    public sealed record Column(string Name) : LabelSource;
}
