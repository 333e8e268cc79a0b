namespace ParquetPool.Trainer.Import;

/// <summary>A reusable buffer of rows.</summary>
internal sealed class SourceRows(int capacity, int width)
{
    public int Capacity { get; } = capacity;

    /// <summary>[row * width + i].</summary>
    public float[] Features { get; } = new float[checked(capacity * width)];

    /// <summary>[row].</summary>
    public string[] Ids { get; } = new string[capacity];

    /// <summary>[row]; null where a row has none.</summary>
    public string?[] Labels { get; } = new string?[capacity];
}
