namespace ParquetPool.Trainer.Operators;

/// <summary>Recurrent layers.</summary>
internal static class Recurrences
{
    public static readonly Dictionary<string, Operator> Table = [];
}
