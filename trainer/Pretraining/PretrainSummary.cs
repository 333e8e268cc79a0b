using System.Text.Json.Serialization;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>The last line on stdout of <c>trainer pretrain</c>.</summary>
/// <param name="Model">The round's folder.</param>
/// <param name="Rows">Rows learnt from.</param>
/// <param name="Unusable">Rows left out.</param>
/// <param name="Units">Numbers of the embedding.</param>
/// <param name="Passes">Over the rows.</param>
/// <param name="ResumedPasses">Those of them that a killed run had taken.</param>
internal sealed record PretrainSummary(string Command, string Model, string Task, int Round, string Method, long Rows, long Unusable, int Units, int Passes, int ResumedPasses, string Sha256, double Seconds)
{
    /// <summary>What the embedding, or its reconstruction, holds of how rows differ: of a length of 1, or of the variance of rows that were not learnt from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Explained { get; init; }

    /// <summary>The share of random labels that were learnt by heart.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Remembered { get; init; }

    /// <summary>The share of altered copies, of rows that were not learnt from, that have their own row nearest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? CopiesFound { get; init; }

    /// <summary>e to the mean loss of a token that follows others, or was masked, in rows that were not learnt from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Perplexity { get; init; }

    /// <summary>The share of those tokens that stand in no row that was learnt from; they are left out of the perplexity.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? UnknownTokens { get; init; }

    /// <summary>The share of masked tokens, in rows that were not learnt from, that are told rightly.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TokensTold { get; init; }

    /// <summary>The encoder's ONNX file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Encoder { get; init; }

    /// <summary>Steps of a network.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Steps { get; init; }
}
