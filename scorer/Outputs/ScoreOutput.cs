using ParquetPool.Contract;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Outputs;

/// <summary>The output of a model that is scored, what it holds, and why it is this one.</summary>
/// <param name="Name">An output of the model, or a value inside it that the user named.</param>
/// <param name="Kind">What its numbers are.</param>
/// <param name="Reason">What its numbers are, what is done to come by logits, and why this output; for a reader.</param>
/// <param name="Classes">Class names where the graph states them, in the order of the columns; null where it does not.</param>
internal sealed record ScoreOutput(string Name, OutputKind Kind, string Reason, IReadOnlyList<string>? Classes)
{
    /// <summary>The output whose columns are so many: names of others are left alone, which is said.</summary>
    public ScoreOutput With(int columns) => Classes is null || Classes.Count == columns ? this
        : this with { Classes = null, Reason = $"{Reason}; the model names {Classes.Count} classes, which are not those of these {columns} columns: they go by their places" };
}

/// <summary>The part of a model that leads to the logits of the output that is scored.</summary>
/// <param name="Logits">The output of <paramref name="Model"/>, [-1, class].</param>
internal sealed record LogitsGraph(ScoreOutput Output, ModelProto Model, string Logits)
{
    /// <summary>Further outputs of the model, [-1, class], the logits of the networks of which it holds several; empty for one.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];
}
