using ParquetPool.Errors;

namespace ParquetPool.Contract;

/// <summary>The kinds by their names in the CLI and in manifests.</summary>
public static class OutputKinds
{
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<OutputKind>().Select(NameOf)];

    public static string NameOf(OutputKind kind) => kind == OutputKind.LogProbabilities ? "log-probabilities" : kind.ToString().ToLowerInvariant();

    /// <exception cref="UsageException">There is no such kind.</exception>
    public static OutputKind Named(string name) => Enum.GetValues<OutputKind>().Cast<OutputKind?>().FirstOrDefault(k => NameOf(k!.Value) == name)
        ?? throw new UsageException($"'{name}' is no kind of output, expected {string.Join(", ", Names)}");
}
