using ParquetPool.Contract;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Networks;

/// <summary>A network as the ONNX graph that is trained, and published as it is.</summary>
/// <param name="Forward">
/// Inputs: one per feature column, named after it, [batch, width] (a column called like an output feeds an input with <c>_column</c> at
/// its end). Outputs: <c>logits</c> [batch, class], <c>embedding</c> [batch, unit], the activation before the head and its dropout, and
/// with towers <c>logits_&lt;column&gt;</c> [batch, class], and where it predicts losses <c>predicted_loss</c> [batch, 1]. Dropout is active wherever the graph runs.
/// All outputs of a row with a number that is no token id are NaN.
/// </param>
/// <param name="Parameters">Initializers that training changes by their gradients.</param>
/// <param name="Statistics">Initializers that training changes by counting: running means and variances of batch normalisation.</param>
/// <param name="Inputs">The graph's inputs and the feature columns that feed them, in order.</param>
/// <param name="Dropouts">The dropout sites in the order of the graph.</param>
/// <param name="EmbeddingWidth">Units of <c>embedding</c>.</param>
/// <param name="Heads">The outputs that predict the class; <c>logits</c> first.</param>
/// <param name="LossTaps">Outputs of Identity nodes through which the loss prediction reads the network; empty where it predicts none.</param>
internal sealed record Network(
    ModelProto Forward,
    IReadOnlyList<string> Parameters,
    IReadOnlyList<string> Statistics,
    IReadOnlyList<ModelInput> Inputs,
    IReadOnlyList<ModelDropout> Dropouts,
    int EmbeddingWidth,
    IReadOnlyList<Head> Heads,
    IReadOnlyList<string> LossTaps)
{
    /// <summary>Whether it is made of our layers alone, to which pictures come channel after channel.</summary>
    public bool HasOwnLayers { get; init; }

    /// <summary>The parameters that come from a given model, which may have a rate of their own; empty for a network of layers.</summary>
    public IReadOnlyList<string> Given { get; init; } = [];

    /// <summary>Values that are the same for a row in every step and cost much to compute: where a frozen part of the graph ends.</summary>
    public IReadOnlyList<string> Remembered { get; init; } = [];

    /// <summary>The new head on a given model; null for a network of layers, and for one that keeps its head.</summary>
    public NewHead? NewHead { get; init; }

    public const string Logits = "logits";

    public const string Embedding = "embedding";

    public const string PredictedLoss = "predicted_loss";

    /// <summary>The output of a network that ranks rows, [batch, 1], in the place of <see cref="Logits"/>.</summary>
    public const string Score = "score";

    /// <summary>The outputs of the networks of which it holds several, [batch, class] each, whose mean <see cref="Logits"/> are; empty for one network.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>What the numbers of an input are, in the order of <see cref="Inputs"/>.</summary>
    internal IReadOnlyList<InputMeaning> Meanings => [.. Inputs.Select(i => Tokens > 0 ? new InputMeaning(null, IsIds: true) : InputMeaning.Of(Forward.Graph, i))];

    /// <summary>Token ids that the inputs hold, from 0 on; 0 where they hold features.</summary>
    public int Tokens { get; init; }

    /// <summary>The output of one of several networks, counted from 0.</summary>
    public static string MemberLogits(int member) => $"{Logits}_{member + 1}";

    /// <summary>The output of the head on a feature column's tower.</summary>
    public static string TowerLogits(string column) => $"{Logits}_{column}";
}

/// <summary>An output of a network that predicts the class.</summary>
/// <param name="Logits">The output, [batch, class].</param>
/// <param name="Presence">A value of the graph, [batch, 1], that is 1 for the rows that have what the head goes by and 0 for others; null where all have.</param>
internal sealed record Head(string Logits, string? Presence);

/// <summary>The parts of a new head on a given model, by initializer: logits = weight · dropout((x − mean) · scale) + bias.</summary>
/// <param name="Mean">[unit]; 0 until it is measured.</param>
/// <param name="Scale">[1]; 1 until it is measured.</param>
/// <param name="Weight">[unit, class]; learns.</param>
internal sealed record NewHead(string Mean, string Scale, string Weight);
