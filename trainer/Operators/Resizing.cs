namespace ParquetPool.Trainer.Operators;

/// <summary>Images in another size.</summary>
internal static class Resizing
{
    public static readonly Dictionary<string, Operator> Table = [];
}
