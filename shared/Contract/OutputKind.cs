using ParquetPool.Errors;

namespace ParquetPool.Contract;

/// <summary>What the numbers of a model's output are.</summary>
public enum OutputKind
{
    /// <summary>Their softmax is the probabilities; of a single column, its logistic function is the probability of class 1.</summary>
    Logits,

    /// <summary>Natural logarithms of probabilities.</summary>
    LogProbabilities,

    /// <summary>One number a class, divided by their sum; of a single column, that of class 1.</summary>
    Probabilities,

    /// <summary>One number a row, learnt from preferences: the difference of two rows' is the log-odds of preferring the one to the other. It knows no classes.</summary>
    Preferences,
}

/// <summary>The kinds by their names in the CLI and in manifests.</summary>
public static class OutputKinds
{
    /// <summary>Those that a user can say of a classifier.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<OutputKind>().Where(kind => kind != OutputKind.Preferences).Select(NameOf)];

    public static string NameOf(OutputKind kind) => kind == OutputKind.LogProbabilities ? "log-probabilities" : kind.ToString().ToLowerInvariant();

    /// <exception cref="UsageException">There is no such kind.</exception>
    public static OutputKind Named(string name) => Enum.GetValues<OutputKind>().Cast<OutputKind?>().FirstOrDefault(k => NameOf(k!.Value).Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException($"'{name}' is no kind of output, expected {string.Join(", ", Names)}");
}

/// <summary>What is said of the output to score; what is null is found out from the graph.</summary>
/// <param name="Name">An output, or a value inside the graph.</param>
public readonly record struct OutputChoice(string? Name, OutputKind? Kind)
{
    /// <summary>Nothing is said.</summary>
    public static readonly OutputChoice Open;
}
