namespace ParquetPool.Contract;

/// <summary>What is said of the output to score; what is null is found out from the graph.</summary>
/// <param name="Name">An output, or a value inside the graph.</param>
public readonly record struct OutputChoice(string? Name, OutputKind? Kind)
{
    /// <summary>Nothing is said.</summary>
    public static readonly OutputChoice Open;
}
